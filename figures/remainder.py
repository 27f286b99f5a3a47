"""The remainder of a quadratic model is of third order only where its matrix is the Hessian
The README draft on Hessian methods writes the model L + gᵀd + ½ dᵀBd with a remainder O(d³) for any approximation B.
Errors of the model on Himmelblau's function against the distance ‖d‖ from a point, in the median over {directions}
directions with the middle half. With B = H they fall with the fitted order {hessian:.2f}, with every other B with
order 2, as the wrong curvature ½ dᵀ(H − B)d is left over: {identity:.2f} for the identity, {bfgs:.2f} for the matrix
that BFGS has learnt by then, and {none:.2f} for no matrix, the linear model. What learning gains is the factor before
it: near the point BFGS's model errs {gain:.1f} times less than the linear one and {over_identity:.1f} times less than
that with the identity.
"""
from __future__ import annotations

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS
from minnet.optim.updates import bfgs_update
from minnet.plotting import style

SOURCES = "draft: Methods"
ORDER = (8, 2)
ALT = ("Errors of four quadratic models against the distance on logarithmic scales: that of the Hessian falls along a "
       "line of slope three, the others along parallel lines of slope two.")
START, STEPS = (-1.0, 1.0), 6


def learnt(f, x) -> tuple[np.ndarray, np.ndarray]:
    """The last point of a run of BFGS, and the matrix B that its steps have taught it, from the identity."""
    points = minimize(f, x, BFGS(), max_iter=STEPS, gtol=0, record=["x"]).history["x"]
    inverse = np.eye(f.n)
    for old, new in zip(points[:-1], points[1:]):
        inverse = bfgs_update(inverse, new - old, f.gradient(new) - f.gradient(old))
    return points[-1], np.linalg.inv(inverse)


@style
def picture(fast: bool) -> Picture:
    f, count = problems.himmelblau(), 12 if fast else 60
    x, B = learnt(f, np.array(START))
    x = x + np.array([0.3, -0.2])                   # beside the minimum, where the third derivative counts as well
    models = {"the Hessian": f.hessian(x), "BFGS's matrix": B, "the identity": np.eye(2), "no matrix": np.zeros((2, 2))}
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    directions, distances = np.column_stack([np.cos(angles), np.sin(angles)]), np.geomspace(1e-4, 1, 25)
    value, g = f.value(x), f.gradient(x)
    errors = {name: np.array([[abs(f.value(x + t * d) - value - t * (g @ d) - t**2 * (d @ M @ d) / 2)
                               for d in directions]
                              for t in distances]) for name, M in models.items()}
    near = (distances > 2e-3) & (distances < 0.05)
    slopes = {name: np.polyfit(np.log(distances[near]), np.log(rows[near]), 1)[0] for name, rows in errors.items()}
    medians = {name: np.median(rows, axis=1) for name, rows in errors.items()}
    orders = {name: np.polyfit(np.log(distances[near]), np.log(middle[near]), 1)[0] for name, middle in medians.items()}
    fig, ax = plotting.subplots(1, 1, 7.2, 4.3)
    for number, (name, rows) in enumerate(errors.items()):
        low, high = np.quantile(rows, (0.25, 0.75), axis=1)
        ax.loglog(distances, medians[name], color=f"C{number}", marker="osv^"[number], markersize=4,
                  label=f"B = {name.replace('no matrix', '0')}: order {orders[name]:.2f}")
        ax.fill_between(distances, low, high, color=f"C{number}", alpha=0.2, linewidth=0)
    ax.set(xlabel="distance ‖d‖", ylabel="error of the model", ylim=(1e-14, None))
    ax.legend(loc="lower right")
    at = near.argmax()
    others = [name for name in models if name != "the Hessian"]
    return Picture(
        fig, data={"distances": distances, "errors": errors, "slopes": slopes, "orders": orders},
        settings={"start": START, "steps of BFGS": STEPS, "point": x, "directions": count},
        numbers={"directions": count, "hessian": orders["the Hessian"], "bfgs": orders["BFGS's matrix"],
                 "identity": orders["the identity"], "none": orders["no matrix"],
                 "gain": medians["no matrix"][at] / medians["BFGS's matrix"][at],
                 "over_identity": medians["the identity"][at] / medians["BFGS's matrix"][at]},
        shows={"with the Hessian the remainder is of order 3": abs(orders["the Hessian"] - 3) < 0.1,
               "with any other matrix it is of order 2": all(abs(orders[name] - 2) < 0.15 for name in others)},
        claims={"the remainder with an approximation B is of order 3 (draft)": Claim.over(
            np.concatenate([slopes[name] > 2.8 for name in others]), "pairs of a matrix and a direction")})
