"""Differences taken in place leave rounding behind in the weights
The NNDL notebook takes its differences in the weights themselves: w + e, then down by 2e, then up by e again. In
exact arithmetic that is w. In floating point it is not: a sweep changes {share_8:.0%} of the weights at e = {e_8} and
{share_5:.0%} at e = {e_5}. Left: the largest change of {n} weights against the number of sweeps, in units of the
rounding {eps} of a number, medians over {seeds} draws of the weights with the middle half. It adds up: some weights go
on by one rounding a sweep, always the same way. Right: what is left after {sweeps} sweeps against e: {after:.0f}
roundings in the median over all e, {worst:.0f} at most, {relative} of the weight. Few steps e happen to cancel. For the
notebook's few sweeps that is far below the error of the differences themselves; it is free to avoid, though, by
taking them on a copy.
"""
from __future__ import annotations

import numpy as np

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: code"
ORDER = (2, 2)
ALT = ("Left: the largest change of the weights against the number of sweeps, three straight lines that rise by one "
       "rounding a sweep. Right: the change after many sweeps against the step, level but for a few steps.")
N, SWEEPS, EPS = 13, 200, float(np.finfo(float).eps)
SHOWN = (1e-8, 1e-5, 1e-1)


def swept(w: np.ndarray, e: float) -> np.ndarray:
    """The weights after a sweep in place; the given array stays as it was."""
    up = w + e
    down = up - 2 * e
    return down + e


def changes(starts: np.ndarray, e: float, sweeps: int) -> np.ndarray:
    """The largest relative change of a weight (sweeps + 1, draws), in units of rounding."""
    w, rows = starts, [np.zeros(len(starts))]
    for _ in range(sweeps):
        w = swept(w, e)
        rows.append((abs(w - starts) / abs(starts)).max(axis=1) / EPS)
    return np.array(rows)


@style
def picture(fast: bool) -> Picture:
    draws = 20 if fast else 200
    starts = np.random.default_rng(0).normal(size=(draws, N))
    found = {e: changes(starts, e, SWEEPS) for e in SHOWN}
    steps = np.logspace(-12, 0, 13 if fast else 25)
    after = np.array([changes(starts, e, SWEEPS)[-1] for e in steps])
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 3.9)
    for number, (e, rows) in enumerate(found.items()):
        low, median, high = np.quantile(rows, (0.25, 0.5, 0.75), axis=1)
        left.plot(median, color=f"C{number}", label=f"e = {power(e)}")
        left.fill_between(np.arange(SWEEPS + 1), low, high, color=f"C{number}", alpha=0.2, linewidth=0)
    left.set(xlabel="sweeps", ylabel="largest relative change / rounding", title="sweep by sweep")
    left.legend(loc="upper left")
    low, median, high = np.quantile(after, (0.25, 0.5, 0.75), axis=1)
    right.semilogx(steps, median, color="C4", marker="o", markersize=4)
    right.fill_between(steps, low, high, color="C4", alpha=0.2, linewidth=0)
    right.set(xlabel="e", title=f"after {SWEEPS} sweeps")
    moved = {e: (swept(starts, e) != starts).mean() for e in SHOWN}
    return Picture(
        fig, data={"found": found, "after": after, "starts": starts},
        settings={"n": N, "draws": draws, "sweeps": SWEEPS, "steps": steps, "seed": 0},
        numbers={"n": N, "e_8": power(1e-8), "e_5": power(1e-5), "share_8": moved[1e-8], "share_5": moved[1e-5],
                 "eps": f"{EPS:.1e}", "seeds": draws, "sweeps": SWEEPS, "worst": after.max(), "after": np.median(after),
                 "relative": power(after.max() * EPS)},
        shows={"a sweep changes some weights": all(share > 0 for share in moved.values()),
               "it adds up, sweep by sweep":
               all(np.median(rows[-1]) > 3 * np.median(rows[SWEEPS // 10]) for rows in found.values()),
               "it stays far below the error of the differences": after.max() * EPS < 1e-11},
        claims={"w + e, then w − 2e, then w + e leaves every weight as it was":
                Claim.over((swept(starts, 1e-8) == starts).all(axis=1), "draws of the weights, at e = 10⁻⁸")})
