"""The order of convergence: what becomes of the error's exponent
Errors e = ‖x − x*‖ of runs to the minimum of Himmelblau's function at (3, 2). Left, e against steps: gradient descent
falls along a straight line, each step by the factor {factor:.3f} ((κ − 1)/(κ + 1) = {theory:.3f}), BFGS bends down,
Newton's exponent doubles. Middle, each error against the one before: the slope is the order, {gd:.2f} for gradient
descent and {newton:.2f} for Newton, from {starts} starts. Right, eₖ₊₁/eₖ, constant at order one, goes to zero for
BFGS, which is what superlinear means. To an error of {target:g} gradient descent takes {n_gd} steps, BFGS {n_bfgs} and
Newton {n_newton}. Order 1 and order 2 are what the draft writes as O(θ) and O(θ²).
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, GradientDescent, UndampedNewton
from minnet.plotting import style

SOURCES = "draft: Motivation"
ORDER = (5, 1)
ALT = ("Three panels: errors against steps, a straight line, a bending curve and a plunge; each error against the one "
       "before on logarithmic scales, a line of slope one and one of slope two; ratios of errors, one level, two "
       "falling to zero.")

MARKERS = {"gradient descent": "o", "BFGS": "s", "Newton": "v"}
TARGET = 1e-10
ROUNDING = 1e-13        # below it an error is rounding


def errors_of(f, x, method, steps, minimum):
    """‖x_k − x*‖ down to rounding."""
    errors = np.linalg.norm(minimize(f, x, method, max_iter=steps, gtol=0, record=["x"]).history["x"] - minimum, axis=1)
    below = np.flatnonzero(errors < ROUNDING)
    return errors[:below[0]] if len(below) else errors


@style
def picture(fast: bool) -> Picture:
    f, minimum = problems.himmelblau(), np.array([3.0, 2.0])
    lam = np.linalg.eigvalsh(f.hessian(minimum))
    methods = {"gradient descent": GradientDescent(2 / (lam[0] + lam[-1])), "BFGS": BFGS(), "Newton": UndampedNewton()}
    turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    starts = minimum + 0.45 * np.column_stack([np.cos(turns), np.sin(turns)])
    errors = {name: [errors_of(f, x, method, 80, minimum) for x in starts] for name, method in methods.items()}
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.9)
    slopes = {}
    for name, runs in errors.items():
        look = plotting.look_of(name) | {"marker": MARKERS[name]}
        left.semilogy(runs[1], **look, markersize=5, label=name, markevery=6 if name == "gradient descent" else 1)
        before, after = (np.concatenate([run[part] for run in runs]) for part in (slice(None, -1), slice(1, None)))
        near = before < 0.1
        slopes[name] = np.polyfit(np.log(before[near]), np.log(after[near]), 1)[0]
        middle.loglog(before[near], after[near], **look | {"linestyle": "none"}, markersize=4)
        right.semilogy(np.arange(1, len(runs[1])), runs[1][1:] / runs[1][:-1], **look, markersize=5,
                       markevery=6 if name == "gradient descent" else 1)
    for order in (1, 2):
        e = np.geomspace(1e-12 if order == 1 else 3e-7, 0.1, 2)
        middle.loglog(e, (0.5 if order == 1 else 0.25) * e**order, color="0.4", linewidth=0.8, linestyle=":")
    middle.text(2e-11, 3e-9, "slope 1", fontsize=8)
    middle.text(4e-6, 1e-13, "slope 2", fontsize=8)
    left.set(xlabel="steps k", ylabel="error eₖ", title="the error")
    middle.set(xlabel="error eₖ", ylabel="next error eₖ₊₁", title="the order is the slope")
    right.set(xlabel="steps k", ylabel="eₖ₊₁ / eₖ", title="the factor of each step")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, handlelength=3.5)
    needed = {name: int(np.argmax(runs[1] < TARGET)) for name, runs in errors.items()}
    descent = errors["gradient descent"][1]
    factor = np.exp(np.polyfit(np.arange(20), np.log(descent[10:30]), 1)[0])
    theory = (lam[-1] - lam[0]) / (lam[-1] + lam[0])
    return Picture(
        fig, numbers={"factor": factor, "theory": theory, "gd": slopes["gradient descent"],
                      "newton": slopes["Newton"], "starts": len(starts), "target": TARGET,
                      "n_gd": needed["gradient descent"], "n_bfgs": needed["BFGS"], "n_newton": needed["Newton"]},
        settings={"function": f.name, "starts": starts},
        shows={"BFGS is superlinear": bool(np.median([run[-1] / run[-2] for run in errors["BFGS"]]) < 0.02),
               "gradient descent shrinks the error by the best rate's factor": abs(factor - theory) < 0.01},
        claims={"gradient descent converges linearly (draft)":
                Claim(abs(slopes["gradient descent"] - 1) < 0.03, f"a fit over runs from {len(starts)} starts"),
                "Newton converges quadratically, significantly quicker (draft)":
                Claim(abs(slopes["Newton"] - 2) < 0.15
                      and needed["Newton"] < needed["BFGS"] < needed["gradient descent"],
                      f"a fit over runs from {len(starts)} starts; steps from one")},
        data={"errors": errors, "slopes": slopes})
