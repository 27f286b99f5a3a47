"""Newton's step in the eigenbasis: each part of the gradient over its curvature
In the basis of the Hessian's eigenvectors q Newton's step is −qᵀg/λ, part by part. Left: −g points across the valley,
Newton's step along it to the minimum. Middle, on a quadratic of {n} variables: the parts of the gradient (circles) and
those of the step (crosses), the quotient of which falls as λ to the power {slope:.2f}. The {half} directions of lowest
curvature hold {share_g:.1%} of ‖g‖² and {share_s:.0%} of the step's. Right: one step brings the gradient down from
{start:.0f} to {end:.0e}, rounding, where gradient descent at its best rate has {descent:.2g} left after {steps} steps.
All λ are positive here: with a negative one the same step leads to a saddle.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.curvature import step_in_eigenbasis
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, UndampedNewton
from minnet.plotting import style

SOURCES = "notebook: Improvement over first order, Introduction; draft: Motivation"
ORDER = (6, 1)
ALT = ("A tilted elliptic valley with two arrows from one point, the gradient's across it and Newton's to the bottom; "
       "a scatter of parts of both against curvature, rising for the gradient and level for the step; and gradient "
       "norms, one falling at once, one slowly.")

N, STEPS = 12, 40
ARROW = {"arrowstyle": "-|>", "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}


def valley_panel(ax):
    f = problems.quadratic([1.0, 8.0], rng=3)
    x = f.Q @ [2.2, 0.75]
    s = minimize(f, x, UndampedNewton(), max_iter=1, gtol=0).x - x
    g = f.gradient(x)
    X, Y = np.meshgrid(np.linspace(-3, 3, 120), np.linspace(-3, 3, 120))
    ax.contour(X, Y, f.on_grid(X, Y), levels=np.arange(0.5, 8, 1)**2 / 3, colors="0.75", linewidths=0.6)
    for q, lam in zip(f.Q.T, f.eigenvalues):
        ax.plot(*np.outer(q, [-2.9, 2.9]), color="0.45", linewidth=0.8, linestyle=":")
        out = 2.45 * q * (1 if q[1] * (lam - 2) > 0 else -1)
        ax.text(*out, f"λ = {lam:g}", ha="center", va="center", fontsize=8, bbox=WHITE)
    for number, (name, step) in enumerate({"−g, scaled": -1.5 * g / np.linalg.norm(g), "Newton's step": s}.items()):
        colour = ("C0", "C2")[number]
        ax.annotate("", x + step, x, arrowprops=ARROW | {"color": colour, "linestyle": ("-", "--")[number]})
        ax.annotate(name, x + step, xytext=((-30, 6), (6, -22))[number], textcoords="offset points",
                    color=colour, bbox=WHITE)
    ax.plot(*x, "o", color="black", markersize=5)
    ax.plot(0, 0, "+", color="black", markersize=11)
    ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xlabel="x₁", ylabel="x₂", title="two directions from one point")
    ax.grid(False)
    return x + s


def parts_panel(ax, lam, g, s):
    ax.loglog(lam, abs(g), "o", color="C0", label="gradient |qᵀg|")
    ax.loglog(lam, abs(s), "x", color="C2", markeredgewidth=2, label="Newton's step |qᵀs|")
    ax.vlines(lam, abs(s), abs(g), color="0.7", linewidth=0.8)
    ax.set(xlabel="curvature λ", ylabel="part along the eigenvector", title="divided by λ, part by part")
    ax.legend(loc="upper left", handlelength=1)


@style
def picture(fast: bool) -> Picture:
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.3)
    end = valley_panel(left)
    f = problems.quadratic(np.geomspace(1, 30, N), rng=5)
    x = f.Q @ np.random.default_rng(1).standard_normal(N)
    newton = minimize(f, x, UndampedNewton(), max_iter=1, gtol=0)
    descent = minimize(f, x, GradientDescent(2 / (f.eigenvalues[0] + f.eigenvalues[-1])), max_iter=STEPS, gtol=0)
    lam, g, s = step_in_eigenbasis(f, x, newton.x - x)
    slope = np.polyfit(np.log(lam), np.log(abs(s / g)), 1)[0]
    parts_panel(middle, lam, g, s)
    for run, name, marker in ((descent, "gradient descent", "o"), (newton, "Newton", "x")):
        sizes = run.history["gradient_norm"]
        right.semilogy(sizes, marker=marker, markevery=8 if len(sizes) > 2 else 1, markersize=6, label=name,
                       **plotting.look_of(name))
    right.set(xlabel="steps", ylabel="gradient norm", title=f"one step on a quadratic, n = {N}")
    right.legend(loc="center right", handlelength=3)
    low, one = slice(0, N // 2), f"one start on a quadratic of {N} variables"
    first, last = newton.history["gradient_norm"][[0, -1]]
    return Picture(
        fig, numbers={"n": N, "half": N // 2, "slope": slope, "share_g": np.sum(g[low]**2) / np.sum(g**2),
                      "share_s": np.sum(s[low]**2) / np.sum(s**2), "start": first, "end": last, "steps": STEPS,
                      "descent": descent.history["gradient_norm"][-1]},
        settings={"spectrum": f.eigenvalues, "rng": 5, "start": x},
        runs={"Newton": newton, "gradient descent": descent},
        shows={"the step is −qᵀg/λ": np.allclose(s, -g / lam),
               "the step of the left panel ends at the minimum": np.allclose(end, 0, atol=1e-12)},
        claims={"H⁻¹ turns the step towards directions of low curvature (notebook)":
                Claim(np.sum(s[low]**2) / np.sum(s**2) > np.sum(g[low]**2) / np.sum(g**2), one),
                "one iteration finds the minimum of a quadratic bowl (notebook)": Claim(last < 1e-10 * first, one)},
        data={"eigenvalues": lam, "gradient": g, "step": s, "descent": descent.history["gradient_norm"],
              "start": f.Q.T @ x})
