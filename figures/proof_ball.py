"""A proof of one stationary point: Newton's simplified map takes a ball into itself
T(x) = x − H(θ)⁻¹∇f(x), with the Hessian at the middle θ, near a minimum (★) of Himmelblau's function. Left: the ball of
radius r = {radius} about θ, and the curve to which T takes its edge. Ball arithmetic proves that T brings any two of
its points closer together by q = {q:.2f}, and that its first step is s = {s:.3f} long. As q < 1 and s ≤ (1 − q) r, T
keeps all of them in the ball, and by Banach's theorem exactly one stays where it is: a stationary point. Middle: the
edge after k times T, at most 2 r qᵏ away from that point. Of {pairs:,} pairs of points none comes closer by less than
{measured:.2f}: the proof gives something away, and is sure. Right: the condition s/r + q ≤ 1 holds for radii from
{low:.2g} to {high:.2g}. A smaller ball has no room for the step, and over a larger one the Hessian changes too much.
"""
import numpy as np

from minnet import Function, plotting, problems
from minnet.curvature.contraction import contraction
from minnet.gallery import Claim, Picture
from minnet.optim import UndampedNewton
from minnet.plotting import style

SOURCES = "draft: Motivation, Hessian not positive definite"
ORDER = (5, 8)
ALT = ("Over contours around a minimum, a circle about a point beside it and within it a small closed curve that "
       "surrounds the minimum. Distances of that edge after each application of the map fall below a falling bound. "
       "Against the radius a falling curve, a rising curve and their sum, a valley that lies below one over a range "
       "of radii.")
THETA, RADIUS, PAIRS, TIMES = np.array([3.045, 1.965]), 0.19, 1000, 5


def simplified(f, theta, points):
    """T of each point (n, 2): Newton's step of the function that has the Hessian of θ everywhere."""
    H = f.hessian(theta)
    frozen = Function(f.value, f.gradient, hessian=lambda x: H, n=f.n)
    return np.array([UndampedNewton().step(frozen, x, {})[0] for x in points])


def measured(f, rng, pairs):
    """How much closer T brings random pairs of points of the ball."""
    angle, size = rng.uniform(0, 2 * np.pi, 2 * pairs), RADIUS * np.sqrt(rng.random(2 * pairs))
    points = THETA + (size * [np.cos(angle), np.sin(angle)]).T
    before, after = (x[:pairs] - x[pairs:] for x in (points, simplified(f, THETA, points)))
    return np.linalg.norm(after, axis=1) / np.linalg.norm(before, axis=1)


def draw_ball(ax, f, curves, minimum):
    X, Y = np.meshgrid(np.linspace(2.82, 3.27, 80), np.linspace(1.74, 2.19, 80))
    ax.contour(X, Y, f.on_grid(X, Y), levels=np.arange(0.1, 2.5, 0.3) ** 2 * 2, colors="0.8", linewidths=0.6)
    ax.plot(*curves[0].T, "-", color="C0")
    ax.fill(*curves[1].T, facecolor="C1", alpha=0.35, edgecolor="C1")
    ax.annotate("the ball", curves[0][len(curves[0]) // 8], xytext=(-34, -18), textcoords="offset points", color="C0",
                fontsize=8)
    ax.annotate("T of the ball", curves[1][curves[1][:, 1].argmax()], xytext=(-22, 5), textcoords="offset points",
                color="C1", fontsize=8)
    ax.plot(*THETA, "o", color="black", markersize=4)
    ax.annotate("θ", THETA, xytext=(4, 3), textcoords="offset points")
    ax.plot(*minimum, "*", color="black", markersize=8)
    ax.set(xlabel="x₁", ylabel="x₂", title="T takes the ball into itself", aspect="equal", xlim=(2.82, 3.27),
           ylim=(1.74, 2.19))
    ax.grid(False)


def draw_radii(ax, radii, q, s, proved, sum_here):
    for values, line, color, name, at in ((q, "--", "C0", "q", (0.02, 0.12)),
                                          (s / radii, "-.", "C1", "s/r", (0.5, 0.17)),
                                          (q + s / radii, "-", "black", "q + s/r", (0.13, 1.1))):
        ax.plot(radii, values, line, color=color)
        ax.annotate(name, at, color=color, ha="center", fontsize=9)
    ax.axhline(1, color="0.5", linewidth=0.8)
    ax.axvspan(radii[proved][0], radii[proved][-1], color="C2", alpha=0.15)
    ax.annotate("proved", (np.sqrt(radii[proved][0] * radii[proved][-1]), 0.05), ha="center", fontsize=9)
    ax.plot(RADIUS, sum_here, "o", color="black", markersize=5)
    ax.set(xscale="log", ylim=(0, 2), xlim=(0.01, 1), xlabel="radius r of the ball",
           title="radii for which it is proved")


@style
def picture(fast: bool) -> Picture:
    f = problems.himmelblau()
    (minimum, _), *_ = f.minima
    angle = np.linspace(0, 2 * np.pi, 60 if fast else 180)
    curves = [THETA + RADIUS * np.array([np.cos(angle), np.sin(angle)]).T]
    for _ in range(TIMES):
        curves.append(simplified(f, THETA, curves[-1]))
    radii = np.geomspace(0.01, 1, 50 if fast else 150)
    q, s = np.array([contraction(f, THETA, radius) for radius in radii]).T
    proved, (factor, step) = s / radii + q <= 1, contraction(f, THETA, RADIUS)
    ratios = measured(f, np.random.default_rng(0), PAIRS)
    far = np.array([np.linalg.norm(curve - minimum, axis=1).max() for curve in curves])
    bound = 2 * RADIUS * factor ** np.arange(TIMES + 1)
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.6)
    draw_ball(left, f, curves, minimum)
    middle.semilogy(bound, "--s", markersize=4, label="2 r qᵏ, proved")
    middle.semilogy(far, "-o", markersize=4, label="farthest point")
    middle.set(xlabel="k", ylabel="distance from ★", title="the edge of the ball, k times T")
    middle.legend(loc="lower left", fontsize=8)
    draw_radii(right, radii, q, s, proved, factor + step / RADIUS)
    return Picture(
        fig, settings={"theta": THETA, "radius": RADIUS},
        numbers={"radius": RADIUS, "q": factor, "s": step, "pairs": PAIRS, "measured": ratios.max(),
                 "low": radii[proved][0], "high": radii[proved][-1]},
        shows={"T takes the ball into itself": bool(np.linalg.norm(curves[1] - THETA, axis=1).max() < RADIUS),
               "the edge comes closer to the minimum at least as fast as proved": bool((far <= bound).all()),
               "the proof holds for some radii, and neither for smaller nor for larger ones":
               bool(proved.any() and not proved[0] and not proved[-1])},
        claims={"the proved q bounds what T does to pairs of points": Claim.over(ratios <= factor, "pairs of points")},
        data={"curves": curves, "minimum": minimum, "radii": radii, "q": q, "s": s, "ratios": ratios, "far": far,
              "bound": bound})
