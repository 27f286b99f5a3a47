"""Exercises of the notebook 00_first_steps: one step, its limit, a history, and a table of one's own."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from .. import optim
from ..network.mlp import MLP
from ..network.objective import Objective
from ..optim.driver.minimize import minimize
from . import inputs
from .claims import as_numbers, closer, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _comes_closer(step, w):
    if w != 3:
        closer("the distance from 3", abs(w - 3), abs(float(as_numbers("step(w, 0.1)", step(w, 0.1))) - 3))


step: Exercise = Exercise(
    "00.1",
    """Write `step(w, lr)`: one step of gradient descent on $f(w) = (w - 3)^2$ from `w` with the learning rate `lr`.
It returns the new `w`.""",
    strategies={"w": inputs.numbers(-8, 8), "lr": inputs.positive(0.5, 0.125)},
    properties=[
        Property(
            "at the minimum, w = 3, nothing moves",
            lambda step, lr: equal("step(3, lr)", step(3.0, lr), 3.0),
            "A step is the learning rate times the slope f′(w). What is the slope at the minimum?",
            "f′(w) = 2(w − 3), which is 0 at w = 3.",
        ),
        Property(
            "a step with lr = 0.1 comes closer to 3",
            _comes_closer,
            "The slope points uphill; which way do you go?",
            "w minus lr times f′(w).",
        ),
        Property(
            "twice the learning rate gives a step of twice the length",
            lambda step, w, lr: equal("step(w, 2·lr) − w", step(w, 2 * lr) - w, 2 * (step(w, lr) - w)),
            "The learning rate is a factor of the slope and stands nowhere else.",
        ),
        Property(
            "with lr = 1/2 one step ends at the minimum",
            lambda step, w: equal("step(w, 1/2)", step(w, 0.5), 3.0),
            "Have you the derivative of the square? There is a factor in front of (w − 3).",
            "The derivative of (w − 3)² is 2(w − 3).",
        ),
    ],
    mistakes=[
        Mistake(
            lambda w, lr: w + 2 * lr * (w - 3),
            "This is a step of gradient ascent: it adds the slope, and the slope points uphill.",
        ),
        Mistake(lambda w, lr: w - lr * (w - 3), "The derivative of (w − 3)² has a factor 2, which is missing here."),
        Mistake(
            lambda w, lr: w - lr * (w - 3) ** 2, "This subtracts the value f(w); a step subtracts the slope f′(w)."
        ),
        Mistake(lambda w, lr: -2 * lr * (w - 3), "This is the change of w alone; the task asks for the new w."),
        Mistake(lambda w, lr: w - 2 * lr * w, "This is the slope of w², whose minimum is at 0."),
    ],
)


def _says(diverges, lr, expected, why):
    said = diverges(lr)
    require(isinstance(said, (bool, np.bool_)), f"diverges({lr:g}) is {said!r}; it should be True or False")
    require(said == expected, f"diverges({lr:.4g}) is {said}; {why}")


limit: Exercise = Exercise(
    "00.2",
    """Up to which learning rate does gradient descent on $f(w) = (w - 3)^2$ come closer to the minimum? Write your
`prediction` down, a number. Then write `diverges(lr)`, which runs 100 steps from w = 0 and returns whether w
ends farther from 3 than it began, True or False. Check both: `check("00.2", diverges, prediction=...)`.""",
    given=["prediction"],
    strategies={"small": st.sampled_from([0.1, 0.01, 0.25, 0.5, 0.75]), "large": st.sampled_from([2.0, 4.0, 1.5])},
    properties=[
        Property(
            "small learning rates come closer",
            lambda diverges, small: _says(
                diverges, small, False, "try three steps by hand: the distance from 3 falls"
            ),
            "Compare abs(w − 3) after the steps with abs(0 − 3) before them.",
        ),
        Property(
            "large learning rates go away",
            lambda diverges, large: _says(
                diverges, large, True, "try three steps by hand: w jumps across 3, farther each time"
            ),
            "Take the steps with the lr that is given, and return a comparison.",
        ),
        Property(
            "just below your prediction, your measurement comes closer",
            lambda diverges, prediction: _says(
                diverges, 0.99 * prediction, False, "so the limit lies below your prediction"
            ),
            "Each step multiplies the distance w − 3 by 1 − 2·lr. When is that a shrinking?",
            "|1 − 2·lr| < 1 holds for lr between 0 and … ?",
        ),
        Property(
            "just above your prediction, your measurement goes away",
            lambda diverges, prediction: _says(
                diverges, 1.01 * prediction, True, "so the limit lies above your prediction"
            ),
            "Jumping across the minimum is still progress as long as the other side is nearer. When is it no longer?",
            "|1 − 2·lr| < 1 holds for lr between 0 and … ?",
        ),
    ],
    mistakes=[
        Mistake(
            lambda lr: abs(3 * (1 - 2 * lr) ** 100) < 3,
            "You return True where w comes closer; the task asks for the opposite.",
        ),
        Mistake(lambda lr: False, "This says False whatever lr is."),
    ],
)


def _losses(kappa, between, coefficients):
    """Of gradient descent with lr = 1/λmax on a quadratic with eigenvalues from 1 to κ."""
    eigenvalues = np.array([1.0, *(1 + share * (kappa - 1) for share in between), kappa])
    start = np.resize(coefficients, len(eigenvalues))
    return np.array([eigenvalues @ ((1 - eigenvalues / kappa) ** k * start) ** 2 / 2 for k in range(400)])


kappa: Exercise = Exercise(
    "00.3",
    r"""Gradient descent with the learning rate $1/\lambda_{\max}$ ran on a bowl whose lowest value is 0. Write
`kappa(losses)`, which finds the bowl's condition number $\lambda_{\max}/\lambda_{\min}$ from the losses alone: an
array of 400 numbers, the loss at the start and after each step.""",
    strategies={
        "condition": st.integers(2, 40).map(float),
        "between": st.lists(st.sampled_from([0.25, 0.5, 0.75]), max_size=3),
        "start": st.lists(st.integers(1, 4).map(float), min_size=1, max_size=3),
        "scale": st.sampled_from([1.0, 1e-3, 1e3]),
    },
    properties=[
        Property(
            "it is right for a bowl of two variables",
            lambda kappa, condition: equal("kappa(losses)", kappa(_losses(condition, [], [1.0])), condition, 0.01),
            "Along a direction of curvature λ each step multiplies the distance by 1 − λ/λmax. Which direction is"
            " left at the end, and what is its factor? The loss is a square of distances.",
            "The last losses fall by the factor (1 − 1/κ)² a step.",
        ),
        Property(
            "it is right for more variables and other starts",
            lambda kappa, condition, between, start: equal(
                "kappa(losses)", kappa(_losses(condition, between, start)), condition, 0.01
            ),
            "Early losses mix all directions. Late losses hold the slowest alone.",
        ),
        Property(
            "it does not depend on the unit of the loss",
            lambda kappa, condition, scale: equal(
                "kappa(losses)", kappa(scale * _losses(condition, [], [1.0])), condition, 0.01
            ),
            "Use a ratio of losses, not a difference.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda losses: 1 / (1 - losses[-1] / losses[-2]),
            "The distance falls by 1 − 1/κ, the loss by its square: take a root first.",
        ),
        Mistake(
            lambda losses: 1 / (1 - np.sqrt(losses[1] / losses[0])),
            "The first losses mix all directions; look at the last ones.",
        ),
        Mistake(
            lambda losses: 2 / (1 - np.sqrt(losses[-1] / losses[-2])) - 1,
            "(κ − 1)/(κ + 1) is the slowest factor of the rate 2/(λmin + λmax); the rate here is 1/λmax.",
        ),
    ],
)


def _table(table):
    made = table(0)
    require(isinstance(made, (tuple, list)) and len(made) == 2, "table(0) should be a pair, X and y", form=True)
    X, y = made
    X, y = as_numbers("X", X), as_numbers("y", y)
    require(
        X.ndim == 2 and X.shape[1] == 2 and len(X) >= 100,
        f"X, which comes first, has shape {X.shape}; expected (N, 2) with N of at least 100",
        form=True,
    )
    require(
        y.shape == (len(X),) and set(np.unique(y)) == {0, 1},
        f"y should hold {len(X)} zeros and ones, both of them",
        form=True,
    )
    return X.astype(float), y


def _accuracy(X, y, widths):
    net = MLP(widths)
    f = Objective(net, (X - X.mean(0)) / X.std(0), y, loss="binary_crossentropy", l2=1e-4)
    result = minimize(f, net.init(rng=0), optim.LBFGS(), max_iter=300)
    return np.mean((net.outputs(result.x, f.X)[:, 0] > 0) == y)


def _has_base_rate(table):
    rate = max(np.mean(_table(table)[1] == 0), np.mean(_table(table)[1] == 1))
    require(
        0.6 <= rate <= 0.8, f"always guessing the commoner class is right for {rate:.0%}; it should be 60 % to 80 %"
    )


def _no_line(table):
    X, y = _table(table)
    base, line = max(np.mean(y), np.mean(1 - y)), _accuracy(X, y, [2, 1])
    require(
        line < base + 0.1,
        f"a straight line is right for {line:.0%} of the rows, the base rate is {base:.0%}; "
        "a line should gain less than 10 points",
    )


def _a_network(table):
    right = _accuracy(*_table(table), [2, 10, 1])
    require(
        right > 0.95, f"a 2-10-1 network is right for {right:.0%} of its own training rows; it should be over 95 %"
    )


table: Exercise = Exercise(
    "00.4",
    """Design a table that shows what a hidden layer is for. Write `table(seed)`, which returns `X`, (N, 2) with N of
100 or more, and `y`, (N,) of zeros and ones, such that always guessing the commoner class is right for 60 % to
80 % of the rows, a network without a hidden layer, which can only draw a straight line between the classes,
gains less than 10 points on that, and a network of ten hidden units gets over 95 % of its training rows right.""",
    properties=[
        Property(
            "the base rate lies between 60 % and 80 %",
            _has_base_rate,
            "The base rate is the share of the commoner class.",
        ),
        Property(
            "a straight line hardly beats the base rate",
            _no_line,
            "A line fails where one class lies on both sides of the other, or around it.",
            "Try a disc inside a ring.",
        ),
        Property(
            "a network of ten hidden units learns it",
            _a_network,
            "Leave a gap between the classes, and let them be few simple shapes.",
        ),
        Property(
            "another seed gives other rows",
            lambda table: require(
                not np.array_equal(table(0)[0], table(1)[0]), "table(0) and table(1) have the same rows"
            ),
            "Draw from numpy.random.default_rng(seed).",
        ),
    ],
    examples=1,
    seconds=20,
)


def _on_the_circle(interval, correct, N):
    p = correct / N
    for end in np.asarray(interval(correct, N), float):
        equal(
            f"(p − {p:.3g})² at the end p = {end:.4g} of the interval",
            (end - p) ** 2,
            1.96**2 * end * (1 - end) / N,
            1e-6,
        )


def _two_ends(interval, correct, N):
    ends = as_numbers("interval(correct, N)", interval(correct, N))
    require(
        ends.shape == (2,),
        f"interval(correct, N) has shape {ends.shape}; it should be two numbers, the lower first",
        form=True,
    )
    require(ends[0] < ends[1], f"the ends are {ends[0]:.4g} and {ends[1]:.4g}; the lower should come first")
    require(
        -1e-9 <= ends[0] and ends[1] <= 1 + 1e-9,
        f"the ends are {ends[0]:.4g} and {ends[1]:.4g}; a share lies between 0 and 1",
    )


def _grid(correct, N):
    p = np.linspace(0, 1, 100001)
    inside = p[(p - correct / N) ** 2 <= 1.96**2 * p * (1 - p) / N]
    return inside[0], inside[-1]


_rows = inputs.size("N", 1, 100)
interval: Exercise = Exercise(
    "00.5",
    """`correct` of `N` test rows are right. How far may the true accuracy $p$ be from the share $\\hat p$ that you
see? Wilson's interval holds the $p$ for which $(p - \\hat p)^2 \\le 1.96^2\\, p(1 - p)/N$. Write
`interval(correct, N)`, which returns its two ends, the lower first, exactly and not from a grid.""",
    strategies={"correct": _rows.flatmap(lambda N: st.integers(0, N)), "N": _rows},
    properties=[
        Property(
            "there are two ends between 0 and 1",
            _two_ends,
            "With few rows, p̂ ± 1.96·√(p̂(1 − p̂)/N) leaves the interval from 0 to 1; Wilson's does not.",
        ),
        Property(
            "it holds the share that was seen",
            lambda interval, correct, N: require(
                interval(correct, N)[0] - 1e-9 <= correct / N <= interval(correct, N)[1] + 1e-9,
                "the share correct/N lies outside",
            ),
            "For p = p̂ the left side is 0.",
        ),
        Property(
            "both ends solve Wilson's equation",
            _on_the_circle,
            "With equality this is a quadratic equation in p. Bring it to the form a p² + b p + c = 0.",
            "a = 1 + z²/N, b = −(2p̂ + z²/N), c = p̂², with z = 1.96.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda correct, N: (
                correct / N - 1.96 * np.sqrt(correct / N * (1 - correct / N) / N),
                correct / N + 1.96 * np.sqrt(correct / N * (1 - correct / N) / N),
            ),
            "This takes p̂(1 − p̂) for p(1 − p), the Wald interval: for p̂ = 0 it has no width at all. Solve for p.",
        ),
        Mistake(
            _grid,
            "A grid of p finds the ends to its spacing only. At an end both sides are equal: that is a quadratic"
            " equation for p.",
        ),
    ],
)

EXERCISES = (step, limit, kappa, table, interval)
