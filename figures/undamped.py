"""Where Newton's method ends, undamped and damped
Himmelblau's function from {side} × {side} starts, each coloured by what a run of at most {limit} steps ends at. The
undamped step x − H⁻¹g seeks any stationary point: {minimum:.0%} of the starts end at one of the four minima,
{saddle:.0%} at one of the four saddles and {maximum:.0%} at the maximum in the middle, and the minima's basins (thin
lines) are torn, so that a small change of the start leads elsewhere. It was not seen to diverge ({other:.0%} of the
starts end nowhere): the draft's word "unstable" means here the wrong point, not overflow. Newton's method with damping,
on the same starts, ends at a minimum from every one of them.
"""
from functools import partial

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import Newton, UndampedNewton
from minnet.plotting import style

SOURCES = "draft: Hessian not positive definite, Ill-conditioned Hessians"
ORDER = (5, 3)
ALT = ("Two square maps of starting points over contours with four minima, four saddles and a maximum: on the left "
       "three shades interlace in bands, on the right one shade covers everything, divided into four basins.")

KINDS = {"a minimum": "#CFE2F1", "a saddle": "#E69F00", "the maximum": "#A03C00", "nowhere": "#000000"}
LIMIT, NEAR = 60, 1e-3


def stationary_points(f):
    """(points, kind of each): 0 for a minimum, 1 for a saddle, 2 for the maximum, which a run of Newton's finds."""
    maximum = minimize(f, [-0.3, -0.9], UndampedNewton(), gtol=1e-10, record=["x"]).history["x"][-1]
    points = [*(x for x, _ in f.minima), *f.saddles, maximum]
    return np.array(points), np.array([0] * len(f.minima) + [1] * len(f.saddles) + [2])


def ends(f, method, starts, points):
    """Which of the points (a number) the run from each start ends at, len(points) where none."""
    reached = []
    for x in starts:
        end = minimize(f, x, method, max_iter=LIMIT, gtol=1e-6, record=["x"]).history["x"][-1]
        distances = np.linalg.norm(points - end, axis=1)
        reached.append(distances.argmin() if distances.min() < NEAR else len(points))
    return np.array(reached)


def map_panel(ax, f, axis, which, kinds, points, title):
    extent = 2 * [axis[0] - (axis[1] - axis[0]) / 2, axis[-1] + (axis[1] - axis[0]) / 2]
    ax.imshow(kinds[which], cmap=ListedColormap(list(KINDS.values())), vmin=0, vmax=len(KINDS) - 1, extent=extent,
              origin="lower", interpolation="nearest")
    for number in np.flatnonzero(kinds == 0):
        ax.contour(axis, axis, which == number, levels=[0.5], colors="0.35", linewidths=0.5)
    X, Y = np.meshgrid(axis, axis)
    ax.contour(X, Y, f.on_grid(X, Y), levels=[10, 40, 100, 180, 300, 600], colors="white", linewidths=0.8, alpha=0.8)
    for kind, marker in enumerate("ox^"):
        ax.plot(*points[kinds[:-1] == kind].T, marker, color="black",
                markeredgecolor="white" if marker != "x" else "black",
                markersize=8, markeredgewidth=0.8 if marker != "x" else 2.2)
    ax.set(xlabel="x₁", ylabel="x₂", title=title)
    ax.grid(False)


@style
def picture(fast: bool) -> Picture:
    f, side = problems.himmelblau(), 21 if fast else 65
    axis = np.linspace(-5, 5, side)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    points, kinds = stationary_points(f)
    kinds = np.append(kinds, 3)
    fig, axes = plotting.subplots(1, 2, 9.0, 5.0)
    reached, draw = {}, partial(map_panel, f=f, axis=axis, kinds=kinds, points=points)
    for ax, (name, method) in zip(axes, {"undamped": UndampedNewton(), "damped": Newton()}.items()):
        reached[name] = ends(f, method, starts, points).reshape(side, side)
        draw(ax, which=reached[name], title={"undamped": "x ← x − H⁻¹g, undamped", "damped": "Newton, damped"}[name])
    shares = {name: np.bincount(kinds[which.ravel()], minlength=4) / which.size for name, which in reached.items()}
    shown = [kind for kind, share in enumerate(sum(shares.values())) if share > 0]
    signs = [ax.plot([], [], marker, color="black", label=label, linestyle="none")[0]
             for ax, marker, label in zip([axes[0]] * 3, "ox^", ("minimum", "saddle", "maximum"))]
    looks = list(KINDS.items())
    patches = [Patch(facecolor=looks[kind][1], edgecolor="0.3", label=f"ends at {looks[kind][0]}") for kind in shown]
    fig.legend(handles=patches + signs, loc="outside lower center", ncols=len(patches) + 3)
    minimum, saddle, maximum, other = shares["undamped"]
    return Picture(
        fig, numbers={"side": side, "limit": LIMIT, "minimum": minimum, "saddle": saddle, "maximum": maximum,
                      "other": other},
        settings={"starts": axis, "max_iter": LIMIT, "gtol": 1e-6},
        shows={"the undamped step ends at saddles and at the maximum, too": saddle > 0.02 and maximum > 0.02,
               "no undamped run ends nowhere": other == 0,
               "damped Newton ends at a minimum from every start": shares["damped"][0] == 1},
        claims={"second-order methods may become unstable (draft): undamped, some starts do not end at a minimum":
                Claim(minimum < 1, f"{side**2:,} starts", 1 - minimum)},
        data={"axis": axis, "reached": reached, "points": points, "kinds": kinds})
