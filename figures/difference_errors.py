"""Differences of losses and gradients: the step is too long or too short
Errors of difference quotients on the network of the NNDL notebook on second-order methods ({n} parameters) against the
step ε. Long steps err by truncation: fitted slopes {forward:.2f} one-sided and {central:.2f} central. Short steps err
by rounding: slopes {rounding:.2f} for quotients by ε and {second:.2f} for the Hessian from values, which divides by
ε². The notebook's ε = 1e-8 for differences of gradients leaves an error of {at_8:.0e}, where ε = {best_8:.0e} would
leave {least_8:.0e}; its ε = 1e-5 for differences of losses leaves {at_5:.0e}, where ε = {best_5:.0e} would leave
{least_5:.0e}. An imaginary step, the complex step, subtracts nothing: its error is truncation alone, and below ε =
1e-8 it is at most {imaginary:.0e}, rounding of the exact rules that all are measured against.
"""
from functools import partial

import numpy as np

from minnet import MLP, Objective, datasets, plotting
from minnet.check import gradient_differences, hessian_from_gradients, hessian_from_values
from minnet.gallery import Picture
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: Second-order derivatives, code"
ORDER = (2, 1)
ALT = ("Three panels of relative error against step size on logarithmic scales: curves in the shape of a V for "
       "one-sided and central differences, steeper for central ones, and a curve for the complex step that falls to "
       "the rounding unit and stays there.")
SEED = 0
RULES = {"gradient from values": gradient_differences, "Hessian from gradients": hessian_from_gradients,
           "Hessian from values": hessian_from_values}
NOTEBOOK = {"Hessian from gradients": 1e-8, "Hessian from values": 1e-5}
MARKERS = {"one-sided": "s", "central": "o", "complex step": "^"}
BRANCHES = {  # where slopes are fitted: source, quotient, from, to
    "forward": ("gradient from values", "one-sided", 1e-6, 1e-2),
    "central": ("gradient from values", "central", 1e-3, 3e-2),
    "rounding": ("Hessian from gradients", "central", 1e-13, 1e-7),
    "second": ("Hessian from values", "central", 1e-7, 1e-5)}


def one_sided(rule, f, theta, eps):
    """(φ(θ + ε e_j) − φ(θ)) / ε is the central difference about θ + ½ ε e_j, row by row."""
    return np.array([rule(f, theta + eps / 2 * unit, eps / 2)[j] for j, unit in enumerate(np.eye(len(theta)))])


def errors(f, theta, steps):
    """{source: {quotient: relative errors (len(steps),)}}, in the Frobenius norm."""
    exact = {name: f.gradient(theta) if "gradient from" in name else f.hessian(theta) for name in RULES}
    found = {}
    for name, rule in RULES.items():
        ways = {"central": partial(rule, f, theta)}
        if rule is not hessian_from_values:
            ways = {"one-sided": partial(one_sided, rule, f, theta), **ways,
                    "complex step": lambda eps, rule=rule: rule(f, theta, 1j * eps).real}
        found[name] = {way: np.array([np.linalg.norm(quotient(eps) - exact[name])
                                      for eps in steps]) / np.linalg.norm(exact[name])
                       for way, quotient in ways.items()}
    return found


def slope(steps, error, low, high):
    part = (low <= steps) & (steps <= high) & (error > 0)
    return np.polyfit(np.log(steps[part]), np.log(error[part]), 1)[0]


@style
def draw(steps, found):
    fig, axes = plotting.subplots(1, 3, 9.5, 3.9)
    for ax, (name, ways) in zip(axes, found.items()):
        for number, way in enumerate(MARKERS):
            if way in ways:
                ax.plot(steps, np.maximum(ways[way], 1e-17), MARKERS[way], color=f"C{number}", markersize=2.6,
                        linestyle="-",
                        linewidth=0.7, label=way)
        if name in NOTEBOOK:
            eps = NOTEBOOK[name]
            there = np.exp(np.interp(np.log(eps), np.log(steps), np.log(ways["central"])))
            ax.plot(eps, there, "*", color="black", markersize=11, zorder=5)
            ax.annotate(f"notebook's\nε = {power(eps)}", (eps, there), textcoords="offset points",
                        xytext=(10, 52),
                        fontsize=8, ha="center", arrowprops={"arrowstyle": "-", "linewidth": 0.6})
        ax.set(xscale="log", yscale="log", title=name, xlabel="step ε", ylim=(3e-18, 1e4), xlim=(steps[0] / 2, 2))
        ax.set_xticks([1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1])
        ax.tick_params(labelleft=ax is axes[0])
    axes[0].set_ylabel("relative error")
    guides(axes)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, markerscale=2)
    return fig


def guides(axes):
    """The slopes of theory, each beside its branch."""
    places = ((0, 1, (1e-5, 1e-2), 1e-3, "ε", -12), (0, 2, (1e-3, 1e-1), 1e-8, "ε²", 12),
              (0, -1, (1e-14, 1e-11), 3e1, "1/ε", 2),
              (1, -1, (1e-15, 1e-12), 1e1, "1/ε", 2), (1, 2, (1e-3, 1e-1), 1e-8, "ε²", 12),
              (2, -2, (1e-9, 1e-7), 1e-1, "1/ε²", -26),
              (2, 2, (1e-3, 1e-1), 1e-8, "ε²", 12))
    for panel, order, (low, high), value, text, right in places:
        axes[panel].plot([low, high], [value, value * (high / low) ** order], color="0.4", linewidth=1.0, linestyle="-")
        middle = np.sqrt(low * high)
        axes[panel].annotate(text, (middle, value * (middle / low) ** order), textcoords="offset points", fontsize=8,
                             xytext=(right, 4 if order == 1 else -6 if order > 0 or right < 0 else 4), color="0.3")


def picture(fast: bool) -> Picture:
    data, net = datasets.notebook(SEED), MLP([2, 3, 1])
    f = Objective(net, data.X, data.y, "binary_crossentropy")
    theta = net.init(rng=SEED)
    steps = np.geomspace(1e-15, 1e0, 37 if fast else 91)
    found = errors(f, theta, steps)
    slopes = {name: slope(steps, found[source][way], low, high) for name, (source, way, low, high) in BRANCHES.items()}
    small = steps <= 1e-8
    imaginary = max(found[name]["complex step"][small].max()
                    for name in ("gradient from values", "Hessian from gradients"))
    numbers = {"n": f.n, "imaginary": imaginary, **slopes}
    for digit, (name, rule) in {"8": ("Hessian from gradients", hessian_from_gradients),
                                "5": ("Hessian from values", hessian_from_values)}.items():
        exact, central = f.hessian(theta), found[name]["central"]
        numbers |= {f"at_{digit}": np.linalg.norm(rule(f, theta, NOTEBOOK[name]) - exact) / np.linalg.norm(exact),
                    f"best_{digit}": steps[central.argmin()], f"least_{digit}": central.min()}
    theory = {"forward": 1, "central": 2, "rounding": -1, "second": -2}
    return Picture(
        draw(steps, found), numbers=numbers,
        settings={"seed": SEED, "loss": "mean binary cross-entropy", "branches": BRANCHES},
        shows={**{f"the branch {name} has the slope {value}": abs(slopes[name] - value) < 0.15
                  for name, value in theory.items()},
               "the complex step is exact to rounding at all small steps": imaginary < 1e-14,
               "a step longer than 1e-8 gives a better Hessian from gradients":
               numbers["at_8"] > 10 * numbers["least_8"],
               "a step longer than 1e-5 gives a better Hessian from values":
               numbers["at_5"] > 10 * numbers["least_5"]},
        data={"steps": steps, "errors": found, "slopes": slopes})
