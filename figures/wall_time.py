"""Steps against time: the order of convergence is not yet speed
Softmax regression on the digits, {n} weights, from zero: how far the loss lies above its lowest value, left against
steps and right against CPU seconds. Newton needs {steps_newton} steps to an error of {target}, BFGS {steps_bfgs},
L-BFGS {steps_lbfgs}; momentum and gradient descent are not there in {steps_momentum}. But a step of Newton's method
takes {dear:.0f} times the time of one of L-BFGS, for it solves a system of {n} equations with a Hessian that costs as
much again, and one of BFGS {dear_bfgs:.1f} times. So in time {first} is first, after {seconds_first}; Newton takes
{seconds_newton}. Against gradient descent and momentum its order pays in time as well, against L-BFGS and BFGS it does
not here. The picture draws a file of measured times, medians of one thread on one machine, which
tests/benchmarks/wall_time.py writes, for times differ from run to run.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

from ._words import power

SOURCES = "draft: Motivation, Computational expense"
ORDER = (5, 2)
ALT = ("Two panels with the same five curves of the error on a logarithmic scale. Against steps Newton's plunges "
       "first, then the two of BFGS; against seconds L-BFGS is first and Newton's starts late.")
TIMES = Path(__file__).with_name("wall_time.csv")
MARKERS = {"gradient descent": "o", "momentum": "s", "BFGS": "v", "L-BFGS": "^", "Newton": "D"}
TARGET, WEIGHTS = 1e-8, 650
ROUNDING = 1e-14


def measured() -> dict[str, np.ndarray]:
    """{method: (steps, CPU seconds, errors)} of the file."""
    rows = [line.split(";") for line in TIMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: np.array([row[1:] for row in rows if row[0] == name], float).T for name in MARKERS}


def at_target(curve: np.ndarray) -> tuple[float, float]:
    """(steps, seconds) at which the error is down to the target; inf where it never is."""
    there = np.flatnonzero(curve[2] <= TARGET)
    return (curve[0][there[0]], curve[1][there[0]]) if len(there) else (np.inf, np.inf)


@style
def draw(curves):
    fig, axes = plotting.subplots(1, 2, 9.5, 4.0)
    for ax, row, label in zip(axes, (0, 1), ("steps", "CPU seconds")):
        for name, curve in curves.items():
            ax.plot(curve[row], np.maximum(curve[2], ROUNDING), **plotting.look_of(name), marker=MARKERS[name],
                    markersize=4.5,
                    markevery=max(1, len(curve[row]) // 8), label=name)
        ax.axhline(TARGET, color="0.4", linewidth=0.8, linestyle=":")
        ax.set(yscale="log", xlabel=label)
    axes[0].set(xlim=(-2, 120), ylabel="loss above the lowest", title="the order of convergence …")
    axes[1].set(xlim=(-0.004, 1.3 * curves["Newton"][1][-1]), title="… and what it costs")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, handlelength=3)
    return fig


def picture(fast: bool) -> Picture:
    curves = measured()
    there = {name: at_target(curve) for name, curve in curves.items()}
    each = {name: curve[1][-1] / curve[0][-1] for name, curve in curves.items()}
    first = min(there, key=lambda name: there[name][1])
    quickest = [there["Newton"][0] < steps for name, (steps, _) in there.items() if name != "Newton"]
    milliseconds = lambda name: f"{1e3 * there[name][1]:.0f} ms"
    return Picture(
        draw(curves), data={"curves": curves, "there": there, "each": each},
        settings={"file": TIMES.name, "target": TARGET},
        numbers={"n": WEIGHTS, "target": power(TARGET), "steps_newton": int(there["Newton"][0]),
                 "steps_bfgs": int(there["BFGS"][0]), "steps_lbfgs": int(there["L-BFGS"][0]),
                 "steps_momentum": int(curves["momentum"][0][-1]), "dear": each["Newton"] / each["L-BFGS"],
                 "dear_bfgs": each["BFGS"] / each["L-BFGS"], "first": first, "seconds_first": milliseconds(first),
                 "seconds_newton": milliseconds("Newton")},
        shows={"Newton takes the fewest steps": all(quickest),
               "a step of Newton's takes far longer than one of L-BFGS": each["Newton"] > 10 * each["L-BFGS"]},
        claims={"Newton's method converges significantly quicker than gradient descent (draft), in steps and in time":
                Claim.over([there["Newton"][i] < there["gradient descent"][i] for i in (0, 1)],
                           "measures, one problem"),
                "and it is the quickest of all, in time": Claim.over(
                    [there["Newton"][1] < seconds for name, (_, seconds) in there.items() if name != "Newton"],
                    "other methods, one problem")})
