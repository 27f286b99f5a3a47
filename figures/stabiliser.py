"""ε inside and outside the root: the same number means something else
The UCLA lecture on optimisation adds a small number ν to the root, √a + ν, or under it, √(a + ν). Left: the step over
the learning rate on an even slope g, after {steps} steps of RMSProp either way, and the first step of Adagrad and of
Adam, which add outside: with ν = {nu} the step fades below |g| = ν outside, for all three alike, but below √ν = {root}
inside. Right: steps until a run stays within {near} of the lowest minimum of the second surface, from (2.9, 1.5),
against ν, where it gets there in {limit} steps. Outside, RMSProp takes {out_low} to {out_high} steps for every ν up to
{same:g}; inside the count has changed by {inside_change:.0%} at ν = {change_at:g}. So ν outside the root can be
forgotten, and ν inside is a second learning rate for small gradients.
"""
from __future__ import annotations

import numpy as np

from minnet import Function, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import Adagrad, Adam, RMSProp
from minnet.plotting import style

from ._surfaces import LOWEST, NEAR, STARTS, arrivals
from ._words import power

SOURCES = "lecture: RMSProp"
ORDER = (3, 15)
ALT = ("Two panels. The step over the learning rate against the gradient: four curves level at one that fall below a "
       "small gradient, the one with ν inside the root at a far larger gradient than the others. Steps to the minimum "
       "against ν: level curves that leave their level at a smaller ν where it is inside.")
NU, STEPS, LIMIT, SAME = 1e-7, 1500, 600, 1e-3
OUTSIDE, INSIDE = "RMSProp, √a + ν", "RMSProp, √(a + ν)"
WAYS = {OUTSIDE: lambda lr, nu: RMSProp(lr, eps=nu), INSIDE: lambda lr, nu: RMSProp(lr, eps=nu, eps_inside=True),
        "Adagrad, √a + ν": lambda lr, nu: Adagrad(10 * lr, eps=nu),
        "Adam, √a + ν": lambda lr, nu: Adam(lr, beta2=0.99, eps=nu)}


def lengths_on(slopes: np.ndarray, way: str) -> np.ndarray:
    """The step over the learning rate on each even slope: the last of STEPS of RMSProp, the first of the others.

    Each coordinate of x ↦ gᵀx is one slope, for the methods act on each alone.
    """
    f = Function(lambda x: float(slopes @ x), lambda x: slopes, n=len(slopes))
    method, count, points = WAYS[way](1.0, NU), STEPS if way.startswith("RMSProp") else 1, []
    minimize(f, np.zeros(len(slopes)), method, max_iter=count, gtol=0, callback=lambda run: points.append(run.x))
    return abs(points[-1] - points[-2]) / method.lr


@style
def picture(fast: bool) -> Picture:
    slopes = np.logspace(-10, 1, 12 if fast else 34)
    lengths = {way: lengths_on(slopes, way) for way in WAYS}
    nus = np.logspace(-10, 0, 6 if fast else 11)
    counts = {way: np.array([arrivals("2", STARTS["2"], make(0.01, nu), [LOWEST], steps=LIMIT)[0, 0] for nu in nus])
              for way, make in WAYS.items()}
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.2)
    looks = plotting.looks_of(lengths)
    looks[INSIDE] |= {"color": looks[OUTSIDE]["color"], "markerfacecolor": "white"}
    for (way, values), marker in zip(lengths.items(), "os^D"):
        look = looks[way] | {"marker": marker, "markersize": 4.5}
        left.plot(slopes, values, **look, markevery=3)
        right.plot(nus, np.where(np.isfinite(counts[way]), counts[way], np.nan), **look)
    for at in (NU, NU**0.5):
        left.axvline(at, color="0.5", linewidth=0.8, linestyle=":")
    left.set(xscale="log", yscale="log", ylim=(1e-3, 3), xlabel="gradient |g|", ylabel="step / learning rate",
             title=f"on an even slope, ν = {power(NU)}")
    right.set(xscale="log", ylim=(0, None), xlabel="ν", ylabel="steps to the lowest minimum",
              title="on the second surface")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, handlelength=3)
    outside, inside = counts[OUTSIDE], counts[INSIDE]
    small = nus <= SAME * 1.01
    at = nus[small].argmax()
    half = {way: np.exp(np.interp(0.5, values, np.log(slopes))) for way, values in lengths.items()}
    return Picture(
        fig, data={"slopes": slopes, "lengths": lengths, "nus": nus, "counts": counts, "half": half},
        settings={"lr": 0.01, "nu": NU, "steps": STEPS, "max_iter": LIMIT},
        numbers={"steps": STEPS, "nu": power(NU), "root": power(NU**0.5), "near": NEAR,
                 "limit": LIMIT,
                 "out_low": int(outside[small].min()),
                 "out_high": int(outside[small].max()), "same": SAME, "inside_change": abs(inside[at] / inside[0] - 1),
                 "change_at": nus[at]},
        shows={"outside the step fades at ν, inside at √ν":
               abs(np.log10(half[OUTSIDE] / NU)) < 0.5 and abs(np.log10(half[INSIDE] / NU**0.5)) < 0.5,
               "outside the count hardly depends on a small ν": outside[small].max() < 1.1 * outside[small].min()},
        claims={"ν inside and outside the root do the same (lecture)": Claim.over(
            abs(lengths[INSIDE] / lengths[OUTSIDE] - 1) < 0.05, "gradients from 1e-10 to 10",
            needed=0.95)})
