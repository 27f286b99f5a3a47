"""Where quasi-Newton starts from: the identity, or the identity in the function's own units
What the pairs of L-BFGS do not tell of is left to a first matrix: the identity I, or γI with γ = sᵀy/yᵀy of the newest
pair, the UCLA lecture on optimisation leaves it open. Left: evaluations until the gradient has fallen to {tol} of the
start's, on c times the same network's loss, with {memory} pairs, against c. With γI the count hardly depends on the
unit in which the loss is measured; with I it grows to {worst:.1f} times that, as each direction has to be scaled by
the line search. Right: the ratio of evaluations, I over γI, on {problems} problems for {few} and {many} pairs. With
{few} pairs I takes {low_few:.2f} to {high_few:.2f} times as many, with {many} {low_many:.2f} to {high_many:.2f}: the
fewer the pairs, the more is left to the first matrix.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minnet import MLP, Function, Objective, datasets, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import LBFGS
from minnet.plotting import style

from ._words import power

SOURCES = "lecture: Quasi-Newton methods"
ORDER = (8, 4)
ALT = ("Left: evaluations against the unit of the loss on a logarithmic scale, level for the scaled matrix, a "
       "valley for the identity. Right: for each problem two marks, the ratio of evaluations few and many pairs.")
TOL, FEW, MANY = 1e-6, 3, 20


@dataclass(frozen=True)
class FromIdentity(LBFGS):
    """L-BFGS whose first matrix is I at every step."""

    def step(self, f, x, state):
        return super().step(f, x, {**state, "gamma": 1.0})


def evaluations(f, x, method) -> float:
    run = minimize(f, x, method, max_iter=3000, gtol=TOL * np.linalg.norm(f.gradient(x)))
    return max(run.nfev, run.njev) if run.success else np.inf


def times(f, c: float) -> Function:
    """c · f."""
    return Function(lambda x: c * f.value(x), lambda x: c * f.gradient(x), n=f.n)


def cases(fast: bool):
    """{name: (function, start)}; the network first."""
    data = datasets.notebook(0)
    f = Objective(MLP([2, 8, 1]), data.X, data.y, "binary_crossentropy", l2=0.1, reduction="sum")
    known = {"Rosenbrock, n = 20": problems.extended_rosenbrock(20),
             "trigonometric, n = 20": problems.trigonometric(20),
             "Watson, n = 6": problems.watson(6), "variably dimensioned, n = 10": problems.variably_dimensioned(10)}
    bowl = problems.quadratic(np.geomspace(1, 100, 30), rng=0)
    return {"network 2-8-1": (f, f.net.init(rng=0)), "quadratic, κ = 100": (bowl, np.ones(30)),
            **{name: (g, g.starts[0]) for name, g in list(known.items())[:2 if fast else None]}}


@style
def picture(fast: bool) -> Picture:
    tasks = cases(fast)
    f, x = tasks["network 2-8-1"]
    units = np.logspace(-2, 2, 3) if fast else np.logspace(-4, 4, 9)
    makers = {"from γI": LBFGS, "from I": FromIdentity}
    by_unit = {name: np.array([evaluations(times(f, c), x, make(MANY)) for c in units]) for name,
               make in makers.items()}
    ratio = {m: np.array([evaluations(g, y, FromIdentity(m)) / evaluations(g, y, LBFGS(m)) for g, y in tasks.values()])
             for m in (FEW, MANY)}
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.0)
    for number, (name, counts) in enumerate(by_unit.items()):
        left.loglog(units, counts, color=f"C{number}", marker="os"[number], markersize=5, label=name)
    left.set(xlabel="unit c of the loss", ylabel="evaluations", title=f"c times a network's loss, {MANY} pairs")
    left.legend(loc="upper center")
    places = np.arange(len(tasks))[::-1]
    for number, (m, row) in enumerate(ratio.items()):
        right.plot(row, places + 0.12 * (1 - 2 * number), "s^"[number], color=f"C{number + 2}", markersize=7,
                   linestyle="none",
                   label=f"{m} pairs")
    right.axvline(1, color="0.4", linewidth=0.8, linestyle="-")
    right.set_yticks(places, list(tasks))
    right.set(xscale="log", xlabel="evaluations from I / evaluations from γI", ylim=(-0.6, len(tasks) - 0.4))
    right.legend(loc="lower right", frameon=True)
    scaled, plain = by_unit.values()
    every = np.concatenate(list(ratio.values()))
    return Picture(
        fig, data={"units": units, "by_unit": by_unit, "ratio": ratio, "tasks": tasks},
        settings={"tol": TOL, "pairs": [FEW, MANY], "units": units, "problems": list(tasks)},
        numbers={"tol": power(TOL), "memory": MANY, "few": FEW, "many": MANY, "problems": len(tasks),
                 "worst": (plain / scaled).max(), "low_few": ratio[FEW].min(), "high_few": ratio[FEW].max(),
                 "low_many": ratio[MANY].min(), "high_many": ratio[MANY].max()},
        shows={"from γI the count hardly depends on the unit": scaled.max() < 2 * scaled.min(),
               "from I it does": plain.max() > 1.8 * plain.min(),
               "every run ends": bool(np.isfinite(every).all())},
        claims={"the first matrix could as well be the identity (lecture): it takes no tenth more evaluations than γI":
                Claim.over(every <= 1.1, "pairs of a problem and a memory")})
