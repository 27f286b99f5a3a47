"""Damping turns Newton's step into gradient descent
The step −(H + αI)⁻¹g as α grows from 0. Left, with eigenvalues 1 and 10: it begins as Newton's, to the minimum,
shortens and turns until it points along −g. Middle: its angle with −g; right: its length times α, over ‖g‖, which is 1
for gradient descent of rate 1/α. At α = {large:g} the step differs from −g/α by {gap:.1%}, and this difference falls
as α to the power {order:.2f}. With eigenvalues −2 and 10 Newton's step (α → 0) makes {ascent:.0f}° with −g, uphill;
near α = 2, where H + αI is singular, it has no bound; for every α > 2 it goes down, as the matrix is positive
definite. Large α cures ascent, but only α above −λmin is sure to: a small one leaves the sign as it is.
"""
import numpy as np

from minnet import Function, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import UndampedNewton
from minnet.plotting import style

SOURCES = "lecture: Newton's method"
ORDER = (5, 4)
ALT = ("Over elliptic contours a curve of step ends bends from the minimum back to the start, where it is tangent to "
       "the gradient's arrow; two panels show the angle with minus the gradient falling to zero and the scaled length "
       "rising to one as α grows.")

SPECTRA = {"λ = 1 and 10": [1.0, 10.0], "λ = −2 and 10": [-2.0, 10.0]}
LARGE = 1000.0
START = {"λ = 1 and 10": [4.0, 1.2], "λ = −2 and 10": [4.0, 0.3]}


def damped_step(f, x, alpha):
    """−(H + αI)⁻¹g: Newton's step on f + ½ α‖· − x‖²."""
    near = Function(f.value, f.gradient, hessian=lambda z: f.hessian(z) + alpha * np.eye(len(z)), n=f.n)
    return UndampedNewton().step(near, x, {})[0] - x


def angles(steps, g):
    cosines = -steps @ g / np.linalg.norm(steps, axis=1) / np.linalg.norm(g)
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def path_panel(ax, f, x, g, steps):
    X, Y = np.meshgrid(np.linspace(-0.7, 4.8, 120), np.linspace(-1.3, 1.9, 120))
    ax.contour(X, Y, f.on_grid(X, Y), levels=np.arange(0.7, 6, 0.9)**2, colors="0.78", linewidths=0.6)
    ax.plot(*(x + steps).T, color="C0")
    for alpha, offset in ((0, (-2, 9)), (1, (0, -13)), (10, (-44, -3)), (100, (-50, -3))):
        end = x + damped_step(f, x, alpha)
        ax.plot(*end, "s", color="C0", markersize=5)
        ax.annotate(f"α = {alpha}" if alpha else "α = 0, Newton", end, xytext=offset, textcoords="offset points",
                    fontsize=8, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85})
    tip = x - 1.7 * g / np.linalg.norm(g)
    ax.annotate("", tip, x, arrowprops={"arrowstyle": "-|>", "color": "C1", "linewidth": 1.8, "linestyle": "--"})
    ax.annotate("−g", tip, xytext=(5, -3), textcoords="offset points", color="C1", fontsize=10)
    ax.plot(*x, "o", color="black", markersize=5)
    ax.annotate("start", x, xytext=(3, 7), textcoords="offset points", fontsize=8)
    ax.set(xlim=(-0.7, 4.8), ylim=(-1.3, 1.9), xlabel="x₁", ylabel="x₂", title="where the step ends, α = 0 … ∞")
    ax.grid(False)


@style
def picture(fast: bool) -> Picture:
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.6)
    alphas, data = np.geomspace(1e-2, 1e4, 199), {}
    for (name, spectrum), marker in zip(SPECTRA.items(), "os"):
        f, x = problems.quadratic(spectrum), np.array(START[name])
        g, steps = f.gradient(x), np.array([damped_step(f, x, alpha) for alpha in alphas])
        angle, length = angles(steps, g), np.linalg.norm(steps, axis=1) * alphas / np.linalg.norm(g)
        gap = np.linalg.norm(steps + g / alphas[:, None], axis=1) * alphas / np.linalg.norm(g)
        data[name] = {"steps": steps, "angle": angle, "length": length, "gap": gap, "g": g}
        middle.semilogx(alphas, angle, marker=marker, markevery=22, markersize=5, label=name)
        right.loglog(alphas, length, marker=marker, markevery=22, markersize=5)
        if spectrum[0] > 0:
            path_panel(left, f, x, g, np.vstack([damped_step(f, x, 0), steps, 0 * g]))
    middle.axhline(90, color="black", linewidth=0.8, linestyle=":")
    middle.text(1.2e4, 94, "above: uphill", ha="right", fontsize=8)
    middle.set(xlabel="α", ylabel="angle with −g in degrees", title="it turns to −g …", ylim=(0, 180))
    middle.set_yticks(range(0, 181, 30))
    right.axhline(1, color="black", linewidth=0.8, linestyle=":")
    right.text(1.2e4, 1.6, "1: gradient descent", ha="right", fontsize=8)
    right.set(xlabel="α", ylabel="‖s‖ α / ‖g‖", title="… with the learning rate 1/α")
    fig.legend(*middle.get_legend_handles_labels(), loc="outside lower right", ncols=2, handlelength=3)
    convex, mixed = data.values()
    far, definite = alphas > 300, alphas > 2
    order = np.polyfit(np.log(alphas[far]), np.log(convex["gap"][far]), 1)[0]
    return Picture(
        fig, numbers={"large": LARGE, "gap": np.interp(LARGE, alphas, convex["gap"]), "order": order,
                      "ascent": mixed["angle"][0]},
        settings={"starts": START, "spectra": SPECTRA},
        shows={"the difference from −g/α falls as 1/α": abs(order + 1) < 0.05,
               "an indefinite H gives an ascent step at α near 0": mixed["angle"][0] > 90,
               "every α above −λmin gives a descent step": bool((mixed["angle"][definite] < 90).all())},
        claims={"for large α the step is gradient descent with learning rate 1/α (lecture)":
                Claim.over([part["gap"][-1] < 0.01 for part in data.values()], "quadratics, from one point each")},
        data={"alphas": alphas, **data})
