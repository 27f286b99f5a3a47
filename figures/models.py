"""First-order and second-order models: a line has no lowest point
Three points of f(x) = x⁴/4 − x² − x/2. The tangent only says which way is down, so that the learning rate must say how
far (arrows: ε = {lr}). The parabola of the second order has a vertex, and Newton's step goes there: close to the
minimum from A, beyond it from B, where the curvature is small, and up to a maximum from C, where it is negative: f
rises from {before:.2f} to {after:.2f}. At a distance t from B the tangent errs by t to the power {first:.2f} and the
parabola by t to the power {second:.2f}, as Taylor's remainders of order 2 and 3 say. So the parabola is the better
model nearby, not everywhere: in this frame it is nearer to f at {share:.0%} of the places for A, B and C together.
"""
import numpy as np

from minnet import Function, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, UndampedNewton
from minnet.plotting import style

SOURCES = ("lecture: First order vs second order methods; notebook: Introduction, Quadratic approximation; draft: "
           "Methods")
ORDER = (4, 1)
ALT = ("A curve with two valleys and three points on it: in the first panel with tangents and short arrows, in the "
       "second with parabolas and arrows to their vertices, one of which is a maximum; a third panel shows two "
       "straight lines of slope two and three.")

POINTS = {"A": 2.1, "B": 1.1, "C": 0.25}
RATE = 0.1
OFFSETS = {"A": (8, -4), "B": (-18, -7), "C": (8, 2)}
FRAME = (-2.4, 2.7)
ARROW = {"arrowstyle": "->", "linewidth": 2.0, "shrinkA": 0, "shrinkB": 0}


def curve():
    return Function(lambda x: (x**4 / 4 - x**2 - x / 2).sum(), lambda x: x**3 - 2 * x - 0.5,
                    hessian=lambda x: np.diag(3 * x**2 - 2), n=1, name="f")


def models(f, x):
    """The line and the parabola that touch f at x, as functions of the distance t."""
    value, g, h = f.value(x), f.gradient(x)[0], f.hessian(x)[0, 0]
    return lambda t: value + g * t, lambda t: value + g * t + h * t**2 / 2


@style
def picture(fast: bool) -> Picture:
    f, times = curve(), np.geomspace(1e-3, 1, 31)
    X = np.linspace(*FRAME, 400)
    Y = np.array([f.value(x) for x in X[:, None]])
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.7)
    ends, nearer = {}, []
    for ax, title in ((left, "first order: a direction"), (middle, "second order: a vertex")):
        ax.plot(X, Y, color="black", linestyle="-", linewidth=1.2)
        ax.set(xlim=FRAME, ylim=(-2.9, 2.3), xlabel="x", ylabel="f(x)", title=title)
    for number, (name, at) in enumerate(POINTS.items()):
        x = np.array([at])
        line, parabola = models(f, x)
        look = {"color": f"C{number}"}
        descent = minimize(f, x, GradientDescent(RATE), max_iter=1, gtol=0, record=["x"]).history["x"][-1]
        newton = minimize(f, x, UndampedNewton(), max_iter=1, gtol=0, record=["x"]).history["x"][-1]
        ends[name] = (descent[0], newton[0])
        for ax, model, end, reach in ((left, line, descent[0], 0.75), (middle, parabola, newton[0], 1.15)):
            t = np.linspace(-reach, reach, 60) + (0 if model is line else (end - at) / 2)
            ax.plot(at + t, model(t), **look, linestyle=("-", "--", "-.")[number],
                    linewidth=1.0 if model is line else 1.5)
            ax.annotate("", (end, model(end - at)), (at, f.value(x)), arrowprops=ARROW | look)
            ax.plot(at, f.value(x), "o", **look, markersize=6)
            ax.annotate(name, (at, f.value(x)), xytext=OFFSETS[name], textcoords="offset points", weight="bold", **look)
        middle.plot(newton, parabola(newton - at), "v" if f.hessian(x)[0, 0] > 0 else "^", **look, markersize=6)
        nearer.append(abs(parabola(X - at) - Y) < abs(line(X - at) - Y))
    x = np.array([POINTS["B"]])
    exact = np.array([f.value(x + t) for t in times])
    rests = {order: abs(exact - model(times)) for order, model in zip(("tangent", "parabola"), models(f, x))}
    near = times < 0.03
    slopes = {name: np.polyfit(np.log(times[near]), np.log(rest[near]), 1)[0] for name, rest in rests.items()}
    for (name, rest), marker in zip(rests.items(), "os"):
        right.loglog(times, rest, marker=marker, markevery=5, markersize=5, label=f"{name}: order {slopes[name]:.2f}")
    right.set(xlabel="distance t from B", ylabel="error of the model", title="Taylor's remainders")
    right.legend(loc="upper left")
    rise = [f.value(np.array([end])) for end in (POINTS["C"], ends["C"][1])]
    return Picture(
        fig, numbers={"lr": RATE, "before": rise[0], "after": rise[1], "share": np.mean(nearer),
                      "first": slopes["tangent"],
                      "second": slopes["parabola"]},
        settings={"points": POINTS, "rate": RATE, "frame": FRAME},
        shows={"the tangent's remainder is of order 2": abs(slopes["tangent"] - 2) < 0.05,
               "the parabola's remainder is of order 3": abs(slopes["parabola"] - 3) < 0.05,
               "Newton's step from C goes up": rise[1] > rise[0],
               "the parabola errs less than the tangent near B":
               bool((rests["parabola"] < rests["tangent"])[near].all())},
        claims={"a quadratic model is more accurate than the linear one (notebook), everywhere in the frame":
                Claim.over(np.concatenate(nearer), "places of the frame, for three points")},
        data={"ends": ends, "times": times, "rests": rests, "slopes": slopes})
