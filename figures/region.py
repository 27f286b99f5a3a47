"""Where Newton's step accelerates, and what does not matter to it
Around the minimum of Himmelblau's function at (3, 2), left, each point is shaded by the error after one undamped
Newton step over the error before. On {halved:.0%} of the frame the step at least halves the error, close to the
minimum much more; on {away:.0%} it leads further away. Middle: this quotient against the relative change of the
Hessian from there to the minimum, ‖I − H(x)⁻¹H*‖. It is at most {half:.2f} of the change (dotted: a half): where H has
changed by less than {limit:.0%}, {mild:.0%} of the steps at least halve the error, elsewhere {wild:.0%}. So Newton
accelerates where the gradient's change is mild, as the NNDL notebook on second-order methods says. Right: the
variables stretched until κ at the minimum is {kappa:.0f}. Newton's path is the same in all coordinates, {newton}
iterations; gradient descent (of rate 1/λmax at the start) goes from {first} to {last}: slowed by κ, in proportion to
it, and at these κ not prevented.
"""
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from minnet import Function, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, UndampedNewton
from minnet.plotting import style

SOURCES = "notebook: Introduction; draft: Ill-conditioned Hessians"
ORDER = (5, 5)
ALT = ("A map shaded in four greys with a dark region around the minimum, in which Newton's step shrinks the error; a "
       "cloud of points rising along a dotted line; and iterations against condition number, a level line for Newton "
       "and a rising one for gradient descent.")

MINIMUM, START = np.array([3.0, 2.0]), np.array([3.5, 2.4])
FRAME = ((1.0, 5.0), (0.0, 4.0))
LIMIT, NEAR, CAP = 1.0, 1e-3, 100_000
SHADES = {"error ≤ 1/10": "0.35", "≤ 1/2": "0.6", "≤ 1": "0.82", "grows": "1.0"}


def stretched(f, scale):
    """(f(A z), A), A = diag(1, scale): the same function in other coordinates."""
    A = np.diag([1.0, scale])
    return Function(lambda z: f.value(A @ z), lambda z: A.T @ f.gradient(A @ z),
                    hessian=lambda z: A.T @ f.hessian(A @ z) @ A, n=2), A


def one_step(f, points):
    """(error after a step over error before, ‖I − H(x)⁻¹H*‖) at each point."""
    best, quotients, changes = f.hessian(MINIMUM), [], []
    for x in points:
        after, _ = UndampedNewton().step(f, x, {})
        quotients.append(np.linalg.norm(after - MINIMUM) / np.linalg.norm(x - MINIMUM))
        changes.append(np.linalg.norm(np.eye(2) - np.linalg.solve(f.hessian(x), best), 2))
    return np.array(quotients), np.array(changes)


def coordinates(f, scales):
    """Of each stretched f: (κ at the minimum, iterations of Newton and of gradient descent to an error of NEAR in x).

    Beside it Newton's paths in x.
    """
    rows, paths = [], []
    for scale in scales:
        g, A = stretched(f, scale)
        z = np.linalg.solve(A, START)
        lam = np.linalg.eigvalsh(g.hessian(np.linalg.solve(A, MINIMUM)))
        arrived = lambda run, A=A: np.linalg.norm(A @ run.x - MINIMUM) < NEAR
        newton = minimize(g, z, UndampedNewton(), gtol=0, record=["x"], callback=arrived)
        rate = 1 / np.linalg.eigvalsh(g.hessian(z))[-1]
        descent = minimize(g, z, GradientDescent(rate), max_iter=CAP, gtol=0, callback=arrived)
        rows.append((lam[-1] / lam[0], newton.nit, descent.nit))
        paths.append(newton.history["x"] @ A)
    return np.array(rows), paths


def map_panel(ax, f, axes, quotients):
    X, Y = np.meshgrid(*axes)
    edges = [0, 0.1, 0.5, 1, max(2.0, quotients.max())]
    ax.pcolormesh(X, Y, quotients, cmap=ListedColormap(list(SHADES.values())), norm=BoundaryNorm(edges, len(SHADES)),
                  shading="nearest", rasterized=True)
    ax.contour(X, Y, f.on_grid(X, Y), levels=[2, 10, 25, 50, 100, 200], colors="C0", linewidths=0.6)
    ax.plot(*MINIMUM, "+", color="white", markersize=12, markeredgewidth=2)
    ax.set(xlabel="x₁", ylabel="x₂", title="one Newton step from here", xlim=FRAME[0], ylim=FRAME[1])
    ax.grid(False)


@style
def picture(fast: bool) -> Picture:
    f, side = problems.himmelblau(), 40 if fast else 120
    scales = [1, 3, 10] if fast else [1, 3, 10, 30]
    axes = [np.linspace(*ends, side) for ends in FRAME]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    quotients, changes = one_step(f, points)
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.9)
    map_panel(left, f, axes, quotients.reshape(side, side))
    every = slice(None, None, max(1, len(points) // 1200))
    middle.loglog(changes[every], quotients[every], "o", markersize=2.5, alpha=0.5)
    middle.loglog([0.02, 20], [0.01, 10], color="black", linewidth=1, linestyle=":")
    middle.axhline(0.5, color="black", linewidth=0.7, linestyle="-")
    middle.axvline(LIMIT, color="black", linewidth=0.7, linestyle="-")
    middle.set(xlim=(0.02, 30), ylim=(0.005, 30), xlabel="relative change of H to the minimum",
               ylabel="error after / before", title="mild change, good step")
    rows, paths = coordinates(f, scales)
    for column, (name, marker) in enumerate({"Newton": "v", "gradient descent": "o"}.items(), 1):
        look = plotting.look_of(name) | {"marker": marker}
        right.loglog(rows[:, 0], rows[:, column], **look, label=name)
    right.set(xlabel="κ at the minimum", ylabel=f"iterations to an error of {NEAR:g}", title="the role of coordinates")
    right.xaxis.set_minor_formatter(NullFormatter())
    fig.legend(handles=[Patch(facecolor=shade, edgecolor="0.3", label=name) for name, shade in SHADES.items()]
               + right.get_legend_handles_labels()[0], loc="outside lower center", ncols=6, handlelength=3)
    mild = changes < LIMIT
    good = quotients <= 0.5
    return Picture(
        fig, numbers={"halved": good.mean(), "away": np.mean(quotients > 1), "limit": LIMIT,
                      "half": np.max(quotients / changes), "mild": good[mild].mean(),
                      "wild": good[~mild].mean(), "kappa": rows[-1, 0], "newton": int(rows[0, 1]),
                      "first": int(rows[0, 2]),
                      "last": int(rows[-1, 2])},
        settings={"frame": FRAME, "side": side, "start": START, "scales": scales},
        shows={"Newton's path is the same in all coordinates":
               all(path.shape == paths[0].shape and np.allclose(path, paths[0], atol=1e-8) for path in paths),
               "gradient descent depends on them": bool(rows[-1, 2] > 5 * rows[0, 2])},
        claims={"Newton accelerates where the change in the gradient is not too drastic (notebook)":
                Claim.over(good[mild], "points where H has changed mildly", needed=0.95),
                "a high condition number prevents convergence entirely (draft)":
                Claim.over(rows[:, 2] >= CAP, f"condition numbers up to {rows[-1, 0]:.0f}, a cap of {CAP:,} steps")},
        data={"points": points, "quotients": quotients, "changes": changes, "rows": rows})
