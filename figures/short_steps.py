"""To stop where the last step is short is a test of the learning rate, too
The UCLA lecture on optimisation stops where the last step is shorter than tol, here {tol}. Left: how far from the
minimum of a quadratic with eigenvalues 1 and {kappa:g} that is, in the median over {starts} starts with the middle
half, against the learning rate. A step is ε‖g‖, so the test is met where ‖g‖ falls to tol/ε: the smaller ε, the earlier
it stops, {far:.2g} away at ε = {small}, {ratio:.0f} times as far as at ε = {large}. The gradient test ‖g‖ ≤ {tol} asks
nothing of ε. Right: Adagrad on the same quadratic from a start of length one. Its steps fade, whatever it has reached,
and at ε = {fading} it stops {faded:.2f} away (there the gradient test is not met in {most:,} steps, the most allowed).
A short step means that little happens, not that there is nothing left to gain.
"""
from __future__ import annotations

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import Adagrad, GradientDescent
from minnet.plotting import style

from ._words import power

SOURCES = "lecture: Stochastic gradient descent"
ORDER = (3, 17)
ALT = ("Two panels of the distance from the minimum at the end against the learning rate on logarithmic scales: for "
       "the test of the step's length it falls as the rate grows, for the gradient test it stays level.")
TOL, KAPPA, STEPS, MOST = 1e-3, 10.0, 20_000, 3000
TESTS = {"last step shorter than tol": {"xtol": TOL, "gtol": 0}, "gradient test": {"gtol": TOL}}
FADING = 0.01


def distances(make, rates, starts, max_iter=STEPS):
    """{test: distance from the minimum where it ends a run (rates, starts)}."""
    f = problems.quadratic([1.0, KAPPA])
    return {test: np.array([[np.linalg.norm(minimize(f, x, make(lr), max_iter=max_iter, **rule).x) for x in starts]
                            for lr in rates]) for test, rule in TESTS.items()}


@style
def picture(fast: bool) -> Picture:
    angles = np.pi * (np.arange(3 if fast else 8) + 0.3) / (3 if fast else 8)
    starts = np.column_stack([np.cos(angles), np.sin(angles)])
    rates = np.geomspace(2e-3, 0.18, 5 if fast else 8)
    steep = np.geomspace(FADING, 1, 4 if fast else 6)
    found = {"gradient descent": (rates, distances(GradientDescent, rates, starts)),
             "Adagrad": (steep, distances(Adagrad, steep, starts, MOST))}
    fig, axes = plotting.subplots(1, 2, 9.5, 3.9)
    for ax, (method, (eps, by_test)) in zip(axes, found.items()):
        for number, (test, away) in enumerate(by_test.items()):
            low, middle, high = np.quantile(away, (0.25, 0.5, 0.75), axis=1)
            ax.loglog(eps, middle, color=f"C{number}", marker="os"[number], markersize=5, label=test)
            ax.fill_between(eps, low, high, color=f"C{number}", alpha=0.2, linewidth=0)
        ax.set(xlabel="learning rate ε", title=method)
    axes[0].set_ylabel("distance from the minimum at the end")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, handlelength=3)
    short, gradient = (found["gradient descent"][1][test] for test in TESTS)
    median = np.median(short, axis=1)
    faded = np.median(found["Adagrad"][1]["last step shorter than tol"][0])
    return Picture(
        fig, data={"found": found, "tol": TOL},
        settings={"tol": TOL, "eigenvalues": [1, KAPPA], "starts": len(starts), "rates": {"gradient descent": rates,
                                                                                         "Adagrad": steep}},
        numbers={"tol": power(TOL), "kappa": KAPPA, "starts": len(starts), "far": median[0], "small": power(rates[0]),
                 "large": power(rates[-1]), "ratio": median[0] / median[-1], "fading": power(FADING), "faded": faded,
                 "most": MOST},
        shows={"the smaller the rate, the farther away the test of the step stops": bool((np.diff(median) < 0).all()),
               "the gradient test stops within tol over the lowest eigenvalue at every rate":
               bool((gradient <= TOL * 1.001).all()),
               "Adagrad's test is met although it is far away": faded > 0.05},
        claims={"a run whose last step is shorter than tol is within tol of the minimum": Claim.over(
            np.concatenate([by["last step shorter than tol"].ravel() for _, by in found.values()]) <= TOL,
            "runs, over methods, rates and starts")})
