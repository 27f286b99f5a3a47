"""Momentum is a sum of gradients, not their mean: its gain is 1/(1 − α)
Left: on a slope of constant gradient g, momentum's step after t steps is (1 − αᵗ)/(1 − α) times gradient descent's
own, and grows towards the gain 1/(1 − α): {gain_9:.0f} for α = 0.9, {gain_99:.0f} for α = 0.99. A running mean, whose
weights add up to one, would step as far as gradient descent does. So ε and α are tuned together: the same ε with a
larger α is a larger step. Right: at α = 1, which the UCLA lecture on optimisation allows, nothing is ever forgotten.
On the parabola x²/2 the run then swings for good: in the last {last} of {steps} steps |x| still reaches {swing:.2f} of
the start, where α = 0.9 is within {rest}. minnet refuses α = 1; the curve is drawn with α = 1 − {near}.
"""
from __future__ import annotations

import numpy as np

from minnet import Function, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import Momentum
from minnet.plotting import style

from ._words import power

SOURCES = "lecture: Momentum"
ORDER = (3, 4)
ALT = ("Left: the length of momentum's step against the number of steps on logarithmic scales, one curve for each α, "
       "each levelling off at its gain, that of α nearly one rising on. Right: two swinging curves, one that fades and "
       "one that does not.")
ALPHAS, NEAR = (0.0, 0.5, 0.9, 0.99), 1e-9
LR, STEPS, LAST = 0.1, 300, 60


def gains(alpha: float, steps: int) -> np.ndarray:
    """Step lengths (steps,) over those of gradient descent, on a slope of constant gradient."""
    slope = Function(lambda x: x[0], lambda x: np.ones(1), n=1)
    run = minimize(slope, [0.0], Momentum(LR, momentum=alpha), max_iter=steps, gtol=0, record=["x"])
    return -np.diff(run.history["x"][:, 0]) / LR


@style
def picture(fast: bool) -> Picture:
    found = {alpha: gains(alpha, STEPS) for alpha in (*ALPHAS, 1 - NEAR)}
    bowl = problems.quadratic([1.0])
    swings = {alpha: minimize(bowl, [1.0], Momentum(LR, momentum=alpha), max_iter=STEPS, gtol=0,
                              record=["x"]).history["x"][:, 0] for alpha in (0.9, 1 - NEAR)}
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 3.9)
    t = np.arange(1, STEPS + 1)
    names = ["α = 1" if alpha == 1 - NEAR else f"α = {alpha:g}" for alpha in found]
    for (alpha, steps), look in zip(found.items(), plotting.looks_of(names).values()):
        left.loglog(t, steps, **look | {"marker": None})
        if alpha < 0.999:
            left.axhline(1 / (1 - alpha), color=look["color"], linewidth=0.7, linestyle=":")
        if alpha in swings:
            right.plot(swings[alpha], **look | {"marker": None}, linewidth=1.1)
    left.set(xlabel="step t", ylabel="step length / (ε‖g‖)", title="a constant slope; dotted: 1/(1 − α)")
    right.set(xlabel="step", ylabel="x", title=f"the parabola x²/2, ε = {LR:g}", ylim=(-1.1, 1.1))
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, handlelength=3)
    theory = {alpha: (1 - alpha**t) / (1 - alpha) for alpha in found}
    ends = {alpha: abs(x[-LAST:]).max() for alpha, x in swings.items()}
    return Picture(
        fig, data={"gains": found, "theory": theory, "swings": swings},
        settings={"lr": LR, "alphas": list(found), "steps": STEPS},
        numbers={"gain_9": found[0.9][-1], "gain_99": 1 / (1 - 0.99), "last": LAST, "steps": STEPS,
                 "swing": ends[1 - NEAR], "rest": power(ends[0.9]), "near": power(NEAR)},
        shows={"the step is (1 − αᵗ)/(1 − α) times gradient descent's":
               all(np.allclose(found[alpha], theory[alpha], rtol=1e-5) for alpha in found),
               "with α = 1 the run does not come to rest": ends[1 - NEAR] > 0.9,
               "with α = 0.9 it does": ends[0.9] < 1e-3},
        claims={"momentum maintains the running mean of the gradients (lecture): it steps as far as one gradient does":
                Claim.over([abs(steps[-1] - 1) < 0.05 for steps in found.values()], "values of α")})
