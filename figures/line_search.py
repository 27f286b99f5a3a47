"""BFGS needs no inverse, but it still iterates: the line search
The README draft on Hessian methods says that with BFGS's formula no iterative methods are required. The formula solves
no system; the length of each step still comes from a line search, which evaluates the function until Wolfe's
conditions hold. From {starts} starts around the standard one of each of {count} problems, BFGS takes {low:.2f} to
{high:.2f} evaluations a step in the median (left, the middle half as a bar). Without the search, the full step always
taken, the run meets the gradient test on {plain:.0%} of the starts, with it on {searched:.0%} (right).
"""
from __future__ import annotations

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, Fixed
from minnet.plotting import style

SOURCES = "draft: BFGS"
ORDER = (8, 3)
ALT = ("Two panels over five problems: evaluations a step of BFGS, all above one, and the share of starts from which "
       "the run meets the gradient test, high with the line search and lower without it.")
STEPS, GTOL, SPREAD = 400, 1e-5, 0.3


def cases() -> dict[str, problems.Problem]:
    """{name: problem}."""
    return {"quadratic": problems.quadratic(np.geomspace(1, 100, 10), rng=0),
            "Rosenbrock, n = 6": problems.rosenbrock(6),
            "Beale": problems.beale(), "Himmelblau": problems.himmelblau(), "trigonometric": problems.trigonometric(8)}


def starts(f: problems.Problem, count: int) -> np.ndarray:
    """So many starts around the standard one."""
    x = np.asarray(f.starts[0] if f.starts else np.ones(f.n), float)
    return x + SPREAD * np.random.default_rng(0).normal(size=(count, len(x)))


@style
def picture(fast: bool) -> Picture:
    count, ways = 6 if fast else 30, {"with the line search": BFGS(), "full steps": BFGS(search=Fixed())}
    runs = {name: {way: [minimize(f, x, method, max_iter=STEPS, gtol=GTOL) for x in starts(f, count)]
                   for way, method in ways.items()} for name, f in cases().items()}
    price = {name: np.array([max(run.nfev, run.njev) / max(run.nit, 1) for run in by["with the line search"]])
             for name, by in runs.items()}
    met = {way: np.array([[run.success for run in by[way]] for by in runs.values()]) for way in ways}
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 3.9)
    rows = np.arange(len(runs))
    low, middle, high = (np.array([np.quantile(costs, q) for costs in price.values()]) for q in (0.25, 0.5, 0.75))
    left.errorbar(middle, rows, xerr=[middle - low, high - middle], fmt="o", capsize=4, markersize=6)
    left.axvline(1, color="0.4", linewidth=0.9, linestyle=":")
    left.set(yticks=rows, yticklabels=list(runs), xlim=(0.9, None), xlabel="evaluations a step",
             title="what the search costs")
    for number, (way, share) in enumerate(met.items()):
        right.barh(rows + (number - 0.5) * 0.38, share.mean(axis=1), height=0.36, color=f"C{number}",
                   hatch=("", "//")[number], edgecolor="white", label=way)
    right.set(yticks=rows, yticklabels=[""] * len(rows), xlim=(0, 1.02),
              xlabel="share of starts that meet the gradient test",
              title="and what it is good for")
    for ax in (left, right):
        ax.set_ylim(len(runs) - 0.4, -0.6)
        ax.grid(axis="y", visible=False)
    fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    plain, searched = met["full steps"].mean(), met["with the line search"].mean()
    return Picture(
        fig, data={"runs": runs, "price": price, "met": met},
        runs={name: by["with the line search"] for name, by in runs.items()},
        settings={"starts": count, "spread": SPREAD, "max_iter": STEPS, "gtol": GTOL},
        numbers={"starts": count, "count": len(runs), "low": middle.min(), "high": middle.max(), "plain": plain,
                 "searched": searched},
        shows={"every problem costs more evaluations than steps": bool(middle.min() > 1),
               "more runs meet the test with the search than without": searched > plain},
        claims={"no iterative methods are required (draft): one evaluation a step":
                Claim.over(np.concatenate(list(price.values())) <= 1, "runs of BFGS, five problems")})
