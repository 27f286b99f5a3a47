"""Exercises of the notebook 02_checking: how to find out that a derivative is wrong."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _error_falls_as_a_square(slope, x):
    first, second = (abs(slope(np.exp, x, h) - np.exp(x)) for h in (1e-2, 1e-3))
    require(
        50 < first / second < 200 if second else False,
        f"for exp, a step of a tenth makes the error {first / second if second else np.inf:.3g} times smaller; it"
        " should be about 100 times",
    )


central: Exercise = Exercise(
    "02.1",
    r"""Write `slope_of(f, x, h)`: the slope of `f` at `x` by central differences, from the values of `f` at a distance
`h` to the right and to the left.""",
    strategies={
        "x": inputs.numbers(-2, 2),
        "h": st.sampled_from([0.5, 0.25, 0.125]),
        "a": inputs.numbers(-3, 3),
        "b": inputs.numbers(-3, 3),
    },
    properties=[
        Property(
            "it is exact for straight lines",
            lambda slope, x, h, a, b: equal("the slope of a·x + b", slope(lambda t: a * t + b, x, h), a),
            "Divide the difference of the values by the distance of the points.",
        ),
        Property(
            "it is exact for parabolas",
            lambda slope, x, h, a: equal("the slope of a·x²", slope(lambda t: a * t * t, x, h), 2 * a * x),
            "A parabola bends as much to the right as to the left: use both sides alike.",
            "f(x + h) − f(x − h).",
        ),
        Property(
            "it looks as far as h: for x³ it gives 3x² + h²",
            lambda slope, x, h: equal("the slope of x³", slope(lambda t: t * t * t, x, h), 3 * x * x + h * h),
            "Work out (x + h)³ − (x − h)³. Are your two points x + h and x − h, and is h the one that is given?",
        ),
        Property(
            "its error falls as h²", _error_falls_as_a_square, "Expand f(x + h) and f(x − h); which terms cancel?"
        ),
        Property(
            "x may be an array",
            lambda slope, h: equal(
                "the slopes of x² at [1, 2]", slope(lambda t: t * t, np.array([1.0, 2.0]), h), [2, 4]
            ),
            "Use nothing that works for single numbers only.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda f, x, h: (f(x + h) - f(x)) / h, "This difference is one-sided: its error falls as h, not as h²."
        ),
        Mistake(
            lambda f, x, h: (f(x) - f(x - h)) / h, "This difference is one-sided: its error falls as h, not as h²."
        ),
        Mistake(lambda f, x, h: (f(x + h) - f(x - h)) / h, "The two points lie 2h apart."),
        Mistake(lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "This runs from right to left: the sign is wrong."),
    ],
)


def _one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def _central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def _between(best, difference, low, high, name):
    h = float(best(difference))
    require(
        low <= h <= high,
        f"for {name} differences you return {h:.1g}; the error is smallest for some h from {low:.0e} to {high:.0e}",
    )


def _foreseen(best, prediction):
    require(
        np.shape(prediction) == (2,) and all(h > 0 for h in prediction),
        "the prediction should be two positive numbers, for one-sided and for central differences",
        form=True,
    )
    for guess, difference, name in zip(prediction, (_one_sided, _central), ("one-sided", "central")):
        h = float(best(difference))
        require(
            0.03 < guess / h < 30,
            f"for {name} differences you measured {h:.0e} and predicted {guess:.0e}; within a factor of 30 is near"
            " enough",
        )


best_step: Exercise = Exercise(
    "02.2",
    r"""A difference has two errors: the neglected terms, which grow with the step `h`, and rounding, which grows as
$\epsilon/h$ with $\epsilon \approx 2 \cdot 10^{-16}$. Which `h` is best for one-sided and which for
central differences? Write down your `prediction`, a pair of numbers. Then write `best_step(difference)`: it is
given a function `difference(f, x, h)` and returns the power of ten `h` for which the derivative of a function
of your choice comes out best. Take several points x and add up the errors. Check both:
`check("02.2", best_step, prediction=(..., ...))`.""",
    given=["prediction"],
    properties=[
        Property(
            "one-sided differences are best near √ε",
            lambda best: _between(best, _one_sided, 1e-10, 1e-6, "one-sided"),
            "Try h = 10⁻¹, 10⁻², … 10⁻¹⁵ on a function whose derivative you know, sin for instance.",
        ),
        Property(
            "central differences are best at a larger step",
            lambda best: _between(best, _central, 1e-7, 1e-4, "central"),
            "Use the difference that is given, not one of your own.",
        ),
        Property(
            "your predictions are what you measure",
            _foreseen,
            "Where h = ε/h, and where h² = ε/h?",
            "h = √ε, and h = ε^(1/3).",
        ),
    ],
    examples=1,
)


def _cube(z):
    return z**3


def _exact(name, f, df):
    return lambda derivative, x: equal(f"the derivative of {name} at {x}", derivative(f, x), df(x), 1e-13)


def _tiny(derivative):
    small = 1e-9
    found = derivative(lambda z: np.sin(z / small), np.array([0.0]))
    equal("the derivative of sin(10⁹ x) at 0, times 10⁻⁹", np.asarray(found) * small, [1.0], 1e-12)


complex_step: Exercise = Exercise(
    "02.3",
    r"""For an analytic function $f(x + ih) = f(x) + ih f'(x) - \dots$ Write `derivative(f, x)`, which finds $f'(x)$ at
each entry of the array `x` by one complex step, exact to rounding. `f` works elementwise and takes complex
arrays.""",
    strategies={"x": inputs.vectors(entries=inputs.numbers(-2, 2))},
    properties=[
        Property(
            "it is right for x³",
            _exact("x³", _cube, lambda x: 3 * x**2),
            "Which part of f(x + ih) holds f′(x)?",
            "Im f(x + ih) / h.",
        ),
        Property(
            "it is exact to rounding for exp and tanh",
            lambda derivative, x: [
                _exact(name, f, df)(derivative, x)
                for name, f, df in (("exp", np.exp, np.exp), ("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2))
            ]
            and None,
            "Nothing is subtracted, so nothing cancels: h may be as small as you like.",
            "Take h = 1e-100.",
        ),
        Property(
            "it is real",
            lambda derivative, x: require(not np.iscomplexobj(derivative(np.sin, x)), "the result is complex"),
            "Take the imaginary part with `.imag`.",
        ),
        Property(
            "it is right for functions that change quickly",
            _tiny,
            "The error falls as (h/scale)²; how small may h be?",
            "Take h = 1e-100.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda f, x: np.imag(f(x + 1e-3j)) / 1e-3,
            "The idea is right, the step too large: no difference is taken here, so "
            "nothing stops you from h = 1e-100.",
        ),
        Mistake(lambda f, x: _central(f, x, 1e-5), "This is a central difference; it loses half of the digits."),
        Mistake(lambda f, x: np.real(f(x + 1e-100j)), "The real part holds f(x); look at the other part."),
    ],
)

_RULES = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "square": (lambda z: z * z, lambda z: 2 * z),
    "sine": (np.sin, np.cos),
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: 1 / (1 + np.exp(-z))),
    "exp": (np.exp, np.exp),
}
_BUGS = {
    "a wrong factor": lambda df: lambda z: 2 * df(z),
    "a wrong sign": lambda df: lambda z: -df(z),
    "a factor that is off by one in a thousand": lambda df: lambda z: 1.001 * df(z),
    "an error for negative arguments only": lambda df: lambda z: np.where(z < -1, 0.5, 1) * df(z),
    "an error for large arguments only": lambda df: lambda z: np.where(z > 2, 0, df(z)),
    "a constant that was added": lambda df: lambda z: df(z) + 0.01,
}


def _finds(suspects, bugs):
    rules = {name: (f, _BUGS[bugs[name]](df) if name in bugs else df) for name, (f, df) in _RULES.items()}
    found = suspects(rules)
    require(
        isinstance(found, (set, list, tuple)),
        f"suspects(rules) is {found!r}; expected the names of the wrong rules, in a list or a set",
        form=True,
    )
    for name in rules:
        if name in bugs:
            require(name in found, f"the derivative of {name} has {bugs[name]}, and is not among your suspects")
        else:
            require(name not in found, f"the derivative of {name} is right, and is among your suspects")


find_bugs: Exercise = Exercise(
    "02.4",
    """Find the bugs, whatever they are. `rules` is a dictionary: names with pairs `(f, df)` of elementwise functions,
which take real arrays only. Some of the derivatives `df` are wrong, perhaps not everywhere. Write
`suspects(rules)`, which returns the names of the wrong ones.""",
    strategies={
        "bugs": st.dictionaries(st.sampled_from(list(_RULES)), st.sampled_from(list(_BUGS)), max_size=3),
        "bug": st.sampled_from(list(_BUGS)),
        "rule": st.sampled_from(list(_RULES)),
    },
    properties=[
        Property(
            "rules that are right are not suspected",
            lambda suspects: _finds(suspects, {}),
            "A difference is not exact; which deviation is still rounding?",
            "Allow 1e-6 relative to 1 + |df|.",
        ),
        Property(
            "a wrong factor is found",
            lambda suspects, rule: _finds(suspects, {rule: "a wrong factor"}),
            "Compare df with a central difference of f.",
        ),
        Property(
            "any single bug is found",
            lambda suspects, rule, bug: _finds(suspects, {rule: bug}),
            "Some are wrong for negative or for large arguments only, some by one part in a thousand.",
            "Compare at many points from −3 to 3, with a tolerance of 1e-6.",
        ),
        Property("several bugs at once are found", _finds, "Look at each rule by itself."),
    ],
    mistakes=[
        Mistake(
            lambda rules: {name for name, (f, df) in rules.items() if abs(_central(f, 1.0, 1e-5) - df(1.0)) > 1e-6},
            "You look at one point; some bugs sit elsewhere.",
        ),
        Mistake(lambda rules: set(), "Nothing is suspected at all."),
    ],
    seconds=20,
)


def _order_of(order, matrix, factor, expected):
    x, v = np.linspace(0.3, 1.2, len(matrix)), np.linspace(1, -0.6, len(matrix))
    f = lambda x: np.sum(np.exp(x)) + x @ matrix @ x / 2
    g = factor * (np.exp(x) + (matrix + matrix.T) @ x / 2)
    equal(f"order_of(f, {factor:g}·gradient, x, v)", order(f, g, x, v), expected, 0.15 / max(1, expected))


taylor: Exercise = Exercise(
    "02.5",
    r"""For the right gradient `g` of `f` at `x` the remainder $|f(x + tv) - f(x) - t\, g^T v|$ falls as $t^2$, for a
wrong one only as $t$. Write `order_of(f, g, x, v)`, which measures the exponent. `g` is the gradient at `x`, a
vector. It works for any number of parameters at the price of a few values of `f`.""",
    strategies={"matrix": inputs.definite(), "factor": st.sampled_from([0.5, 2.0, -1.0, 1.05, 0.9])},
    properties=[
        Property(
            "for a right gradient it is 2",
            lambda order, matrix: _order_of(order, matrix, 1.0, 2),
            "Take two steps t, small but not so small that rounding drowns the remainder: the exponent is the slope of"
            " log(remainder) against log(t).",
            "log(r₁/r₂)/log(t₁/t₂), with t₁ = 1e-3 and t₂ = 1e-4.",
        ),
        Property(
            "for a wrong gradient it is 1",
            lambda order, matrix, factor: _order_of(order, matrix, factor, 1),
            "Small steps show the order best, as long as rounding does not drown them.",
            "Take t = 1e-4 and 1e-3, not 1 and 0.1.",
        ),
        Property(
            "it does not change x", lambda order: _order_of(order, np.eye(3), 1.0, 2), "Make a new point: x + t·v."
        ),
    ],
    mistakes=[
        Mistake(
            lambda f, g, x, v: np.log10(abs(f(x + 1e-3 * v) - f(x)) / abs(f(x + 1e-4 * v) - f(x))),
            "You leave the linear term t·gᵀv in the remainder.",
        )
    ],
)


def _gradient(W, x, y):
    a = np.tanh(W @ x)
    return np.outer((a - y) * (1 - a**2), x)


def _product(W, x, y, V):
    return np.imag(_gradient(W + 1e-100j * V, x, y)) / 1e-100


def _symmetric(hvp, W, V, U, x, y):
    equal("⟨U, HV⟩", np.sum(U * hvp(W, x, y, V)), np.sum(V * hvp(W, x, y, U)))


def _shaped(hvp, W, V, x, y):
    found = as_numbers("hvp(W, x, y, V)", hvp(W, x, y, V)).shape
    require(found == V.shape, f"it has shape {found}; V has {V.shape}")


_J, _K = inputs.size("J", 1, 2), inputs.size("K", 1, 2)
_small = inputs.numbers(-1, 1)
r_operator: Exercise = Exercise(
    "02.6",
    r"""A layer with the loss $\tfrac12\|\tanh(Wx) - y\|^2$ has the gradient $G = \delta x^T$ by $W$, with $a =
\tanh(Wx)$ and $\delta = (a - y)(1 - a^2)$ entry by entry. Write `hvp(W, x, y, V)`: the derivative of $G$ in
the direction `V`, which has the shape of `W`. Differentiate $z = Wx$, $a$ and $\delta$ one after the other.
This is the Hessian times a vector, without the Hessian.""",
    strategies={
        "W": inputs.matrices(_K, _J, _small),
        "V": inputs.matrices(_K, _J, _small),
        "U": inputs.matrices(_K, _J, _small),
        "x": inputs.vectors(_J, _small),
        "y": inputs.vectors(_K, _small),
    },
    properties=[
        Property("it has the shape of V", _shaped, "G = δ xᵀ is an outer product, and so is its derivative."),
        Property(
            "twice the direction gives twice the product",
            lambda hvp, W, V, x, y: equal("hvp of 2V", hvp(W, x, y, 2 * V), 2 * np.asarray(hvp(W, x, y, V))),
            "Every line is a derivative, so V enters each linearly.",
        ),
        Property(
            "it is symmetric: ⟨U, H V⟩ = ⟨V, H U⟩", _symmetric, "A Hessian is symmetric. Has some term lost a factor?"
        ),
        Property(
            "it is the change of the gradient along V",
            lambda hvp, W, V, x, y: equal("hvp(W, x, y, V)", hvp(W, x, y, V), _product(W, x, y, V)),
            "δ is a product of (a − y) and (1 − a²): the product rule has two terms.",
            "R{a} = (1 − a²) Vx, and R{δ} = R{a}(1 − a²) − (a − y)·2a·R{a}.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda W, x, y, V: np.outer((1 - np.tanh(W @ x) ** 2) ** 2 * (V @ x), x),
            "The second term of the product rule is missing. What you have is the Gauss-Newton matrix times V.",
        ),
        Mistake(
            lambda W, x, y, V: _product(W, x, y, V) + _gradient(W, x, y),
            "The gradient itself does not belong into its derivative.",
        ),
    ],
)

EXERCISES = (central, best_step, complex_step, find_bugs, taylor, r_operator)
