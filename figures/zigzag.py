"""Zigzag: momentum averages away what swings, and keeps what points ahead
A tilted valley of curvatures 1 and {steep}. At ε = {lr} gradient descent overshoots the floor at every step: its
component across the valley changes sign {turns} times in {steps} steps. Momentum with α = {alpha} and the same ε adds
up old gradients, vₜ = −ε Σ αᵗ⁻ⁱ gᵢ, in which the swings across cancel and the small pulls along add up: it travels
{across:.1f} across the valley, gradient descent {across_gd:.1f}, and its error shrinks by the factor {rate:.3f} a step
rather than {rate_gd:.3f}. Theory: √α across, and along the larger root of z² − (1 + α − ε)z + α, which is
{theory:.3f}.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, Momentum

SOURCES = "lecture: Momentum"
ORDER = (3, 2)
ALT = ("Two paths over the narrow elliptic contours of a tilted valley, from one start: gradient descent runs from "
       "wall to wall all the way, momentum swings a few times and then runs along the floor. Beside them the value, "
       "which falls faster with momentum.")
TILT, STEEP, LR, ALPHA, STEPS = np.pi / 6, 30.0, 0.063, 0.5, 60


def picture(fast: bool) -> Picture:
    Q = np.array([[np.cos(TILT), -np.sin(TILT)], [np.sin(TILT), np.cos(TILT)]])
    start = Q @ [-5.0, 0.8]
    f = problems.Quadratic(np.array([1.0, STEEP]), Q, np.zeros(2), starts=[start])
    methods = {"gradient descent": GradientDescent(LR), f"momentum, α = {ALPHA:g}": Momentum(LR, ALPHA)}
    runs = {name: minimize(f, start, method, max_iter=STEPS, gtol=0,
                           record=["x", "gradient", *(["p"] if "mom" in name else [])])
            for name, method in methods.items()}
    plain, heavy = runs.values()
    across = {name: abs(np.diff(run.history["x"] @ Q[:, 1])).sum() for name, run in runs.items()}
    turns = (np.diff(np.sign(plain.history["x"] @ Q[:, 1])) != 0).sum()
    g, p = heavy.history["gradient"], heavy.history["p"]
    unrolled = np.array([ALPHA**np.arange(t - 1, -1, -1) @ g[:t] for t in range(1, 5)])
    rate_gd, rate = (_rate(run) for run in runs.values())
    theory = max(abs(np.roots([1, -(1 + ALPHA - LR), ALPHA])))
    fig = plotting.trajectory(f, runs, "A tilted valley, the same learning rate", frame=((-5.2, 1.4), (-3.2, 2.2)))
    fig.axes[0].set_aspect("equal")
    return Picture(
        fig,
        numbers={"steep": 30, "lr": LR, "alpha": ALPHA, "turns": int(turns), "steps": STEPS,
                 "across": across[list(runs)[1]],
                 "across_gd": across["gradient descent"], "rate": rate, "rate_gd": rate_gd, "theory": theory},
        settings={"start": start, "eigenvalues": [1.0, STEEP], "tilt": TILT}, runs=runs,
        shows={"gradient descent changes sides at every step": turns == STEPS,
               "momentum unrolled is the sum of the lecture's v₁ … v₄": np.allclose(p[1:5], unrolled, rtol=1e-13),
               "momentum's rate is that of theory": abs(rate - theory) < 2e-3,
               "momentum ends lower": heavy.fun < 1e-3 * plain.fun},
        claims={"gradient descent zigzags, though in general it proceeds in the right direction":
                Claim(turns == STEPS and (np.diff(plain.history["x"] @ Q[:, 0]) > 0).all(),
                      f"one run of {STEPS} steps"),
                "momentum averages away the zigzagging components":
                Claim(across[list(runs)[1]] < across["gradient descent"] / 2, "one run of each")},
        data={"plain": plain.history["x"] @ Q, "heavy": heavy.history["x"] @ Q, "p": p, "g": g})


def _rate(run):
    """The factor by which the distance to the minimum shrinks in a step, over the second half of the run."""
    distance = np.linalg.norm(run.history["x"], axis=1)
    late = np.arange(STEPS // 2, STEPS + 1)
    return np.exp(np.polyfit(late, np.log(distance[late]), 1)[0])
