"""The learning rate: too small crawls, too large diverges
Gradient descent on a quadratic of curvatures 1 and 10 converges where the learning rate ε is below 2/λmax = {limit}.
At ε = {small} it crawls, at ε = {best} = 2/(λmin + λmax) it is fastest, at ε = {edge} it swings from wall to wall, at
ε = {large} it diverges. The best constant rate gains the factor (κ − 1)/(κ + 1) = {rate:.3f} a step; measured:
{measured:.3f}.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Picture
from minnet.optim import GradientDescent

SOURCES = "lecture: Varying the learning rate; draft: Motivation"
ORDER = (3, 1)
ALT = ("Four paths of gradient descent over elliptic contours from one start: a short one, one that reaches the "
       "minimum, one that zigzags and one that leaves the picture; beside them the value against evaluations, three "
       "falling and one rising.")


def picture(fast: bool) -> Picture:
    f = problems.quadratic([1.0, 10.0], rng=None)
    rates = {"too small": 0.01, "best": 2 / 11, "near the limit": 0.198, "too large": 0.205}
    runs = {f"ε = {lr:.3g}, {name}": minimize(f, [4.0, 1.0], GradientDescent(lr), max_iter=60, gtol=0, record=["x"])
            for name, lr in rates.items()}
    crawl, best, edge, large = runs.values()
    measured = np.exp(np.polyfit(range(20), np.log(best.history["gradient_norm"][:20]), 1)[0])
    return Picture(
        plotting.trajectory(f, runs, "Gradient descent on ½(x₁² + 10 x₂²)", frame=((-5, 5), (-3, 3))),
        numbers={"limit": 0.2, "small": 0.01, "best": round(2 / 11, 3), "edge": 0.198, "large": 0.205, "rate": 9 / 11,
                 "measured": measured},
        settings={"start": [4.0, 1.0], "rates": rates}, runs=runs,
        shows={"the best rate ends lowest": best.fun == min(run.fun for run in runs.values()),
               "the rate above the limit diverges": large.history["value"][-1] > large.history["value"][0],
               "the rate below the limit converges": edge.fun < edge.history["value"][0],
               "the measured factor is (κ − 1)/(κ + 1)": abs(measured - 9 / 11) < 1e-3},
        data={"paths": {name: run.history["x"] for name, run in runs.items()}})
