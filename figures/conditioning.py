"""The condition number: how narrow the valley, how many steps
Contours of quadratics are √κ times as long as wide, κ = λmax/λmin, and gradient descent at its best rate 2/(λmin +
λmax) swings between the walls while it creeps along: after {shown} steps the distance is {left_1:.2g}, {left_10:.2g}
and {left_100:.2g} for κ = 1, 10, 100. Below: iterations until the gradient has shrunk a million times, on {n}
variables; the eigenvalues are Chebyshev's points from 1 to κ, a hard case for conjugate gradients. Gradient descent
needs κ to the power {descent:.2f}, conjugate gradients κ to the power {cg:.2f}, and Newton {newton} iteration for every
κ up to {highest}, H being diagonal; where the axes are turned, rounding lets it need a second step at κ = 10¹², and
from 10¹⁶ on the inverse of H has no correct digit. So a high κ slows gradient descent, in proportion; what "no
convergence" means is how long one waits: {cap} steps are too few beyond κ ≈ {reach}. What does prevent it is a rate
that is too large for λmax: the best rate of κ = 10 makes the value at κ = 100 grow to {blown:.0e} in {shown} steps.
"""
from functools import partial

import numpy as np

from minnet import Function, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.linalg.linear_cg import linear_cg
from minnet.optim import GradientDescent, UndampedNewton
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: Improvement over first order; draft: Ill-conditioned Hessians"
ORDER = (4, 2)
ALT = ("Three contour plots, a circle, an ellipse and a narrow valley, with a straight path, a zigzag and a dense "
       "zigzag of gradient descent; below, iterations against condition number: a line of slope one, one of slope a "
       "half, and a level one.")

SHOWN, GAIN, CAP = 25, 1e-6, 10**6
TURNED = (1e4, 1e8, 1e12)
START = (1.0, 0.32)


def diagonal(spectrum):
    """½ Σ λ x²."""
    lam = np.asarray(spectrum)
    return Function(lambda x: x @ (lam * x) / 2, lambda x: lam * x, lambda x, v: lam * v, lambda x: np.diag(lam),
                    n=len(lam))


def chebyshev(kappa, n):
    """n eigenvalues from 1 to κ, densest at both ends."""
    return (kappa + 1) / 2 - (kappa - 1) / 2 * np.cos(np.pi * np.arange(n) / (n - 1))


def iterations(kappas, n):
    """{method: iterations for each κ} from where g = (1, …, 1), until ‖g‖ is GAIN of what it was."""
    counts = {"gradient descent": [], "conjugate gradients": [], "Newton": []}
    for kappa in kappas:
        f = diagonal(chebyshev(kappa, n))
        x = 1 / f.gradient(np.ones(n))
        g = f.gradient(x)
        ends = {"gtol": GAIN * np.linalg.norm(g), "max_iter": CAP}
        counts["gradient descent"].append(minimize(f, x, GradientDescent(2 / (1 + kappa)), **ends).nit)
        product = partial(f.hvp, x)
        counts["conjugate gradients"].append(len(linear_cg(product, -g, tol=GAIN, max_iter=n)[1]) - 1)
        counts["Newton"].append(minimize(f, x, UndampedNewton(), **ends).nit)
    return {name: np.array(numbers) for name, numbers in counts.items()}


def turned(kappa):
    """Newton's iterations on a quadratic of ten variables whose axes are not the coordinates'."""
    f = problems.quadratic(np.geomspace(1, kappa, 10), rng=0)
    x = np.ones(10)
    return minimize(f, x, UndampedNewton(), gtol=GAIN * np.linalg.norm(f.gradient(x)), max_iter=50).nit


def valley(ax, kappa):
    f = problems.quadratic([1.0, kappa])
    run = minimize(f, START, GradientDescent(2 / (1 + kappa)), max_iter=SHOWN, gtol=0, record=["x"])
    X, Y = np.meshgrid(np.linspace(-1.2, 1.2, 160), np.linspace(-0.6, 0.6, 160))
    levels = kappa**0.5 * np.array([0.1, 0.3, 0.5, 0.7, 0.9, 1.1])**2 / 2
    ax.contour(X, Y, f.on_grid(X, Y), levels=levels, colors="0.7", linewidths=0.7)
    ax.plot(*run.history["x"].T, color="C0", linewidth=1.0, marker="o", markersize=3)
    ax.plot(*START, "o", color="black", markersize=5)
    ax.plot(0, 0, "+", color="black", markersize=10)
    ax.set(xlim=(-1.2, 1.2), ylim=(-0.6, 0.6), xlabel="x₁", title=f"κ = {kappa:g}", aspect="equal")
    ax.set_ylabel("x₂" if kappa == 1 else "")
    ax.grid(False)
    return run


@style
def picture(fast: bool) -> Picture:
    n, kappas = (150, np.array([3, 10, 30, 100, 300])) if fast else (800, np.array([3, 10, 30, 100, 300, 1000, 3000]))
    fig, axes = plotting.subplots(2, 3, 9.5, 5.6)
    grid = axes[1, 0].get_gridspec()
    for ax in axes[1]:
        ax.remove()
    below = fig.add_subplot(grid[1, :])
    grid.set_height_ratios([1, 1.45])
    runs = {kappa: valley(ax, kappa) for ax, kappa in zip(axes[0], (1.0, 10.0, 100.0))}
    blown = minimize(problems.quadratic([1.0, 100.0]), START, GradientDescent(2 / 11), max_iter=SHOWN, gtol=0)
    counts = iterations(kappas, n)
    rotated = [turned(kappa) for kappa in TURNED]
    large = kappas >= 30
    slopes = {name: np.polyfit(np.log(kappas[large]), np.log(number[large]), 1)[0] for name, number in counts.items()}
    for (name, number), marker in zip(counts.items(), "osv"):
        below.loglog(kappas, number, marker=marker, markersize=6, label=f"{name}: slope {abs(slopes[name]):.2f}",
                     **plotting.look_of(name))
    below.set(xlabel="condition number κ", ylabel="iterations",
              title="iterations for a gradient a million times smaller")
    below.legend(loc="upper left", handlelength=3.5)
    left = {kappa: np.linalg.norm(run.history["x"][-1]) for kappa, run in runs.items()}
    swings = {kappa: int(np.sum(np.diff(np.sign(run.history["x"][:, 1])) != 0)) for kappa, run in runs.items()}
    return Picture(
        fig, numbers={"shown": SHOWN, "left_1": left[1.0], "left_10": left[10.0], "left_100": left[100.0], "n": n,
                      "newton": counts["Newton"].max(), "cap": f"{CAP:,}",
                      "reach": power(CAP / counts["gradient descent"][-1] * kappas[-1]),
                      "descent": slopes["gradient descent"],
                      "cg": slopes["conjugate gradients"], "highest": kappas[-1],
                      "blown": blown.history["value"][-1]},
        settings={"start": START, "kappas": kappas, "gain": GAIN},
        runs={f"kappa {kappa:g}": run for kappa, run in runs.items()},
        shows={"gradient descent needs iterations in proportion to κ": abs(slopes["gradient descent"] - 1) < 0.1,
               "conjugate gradients need them in proportion to √κ": abs(slopes["conjugate gradients"] - 0.5) < 0.1,
               "Newton needs one iteration at every κ where H is diagonal": set(counts["Newton"]) == {1},
               "it needs two at most where H is turned": max(rotated) <= 2},
        claims={"gradient descent oscillates or moves too slowly where κ is high (draft)":
                Claim(swings[100.0] == SHOWN and left[100.0] > 0.5, f"one run of {SHOWN} steps at κ = 100"),
                "a high condition number prevents convergence of gradient descent (draft)":
                Claim.over(counts["gradient descent"] >= CAP,
                           f"condition numbers up to {kappas[-1]:,}, a cap of {CAP:,} steps"),
                "H⁻¹ keeps the step from oscillating in a valley (notebook)":
                Claim.over(np.concatenate([counts["Newton"], rotated]) <= 2,
                           "condition numbers, H diagonal or turned")},
        data={"paths": {kappa: run.history["x"] for kappa, run in runs.items()}, "kappas": kappas, "counts": counts,
              "n": n})
