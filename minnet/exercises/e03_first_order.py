"""Exercises of the notebook 03_first_order: momentum, Nesterov, Adam, clipping and schedules."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _pair(what, result, x):
    require(
        isinstance(result, (tuple, list, np.ndarray)) and len(result) == 2,
        f"{what} should return a pair, the new point first",
        form=True,
    )
    first, second = (as_numbers(what, part) for part in result)
    require(
        first.shape == second.shape == x.shape,
        f"{what} returns shapes {first.shape} and {second.shape}; expected {x.shape} twice",
        form=True,
    )
    return first, second


_rate, _memory = st.sampled_from([0.5, 0.25, 0.125]), st.sampled_from([0.5, 0.75, 0.0])


def _moves_by_v(step, x, v, g, lr, alpha):
    new, velocity = _pair("step", step(x, v, g, lr, alpha), x)
    equal("new x − old x", new - x, velocity)


def _terminal(step, g):
    x, v = np.zeros(len(g)), np.zeros(len(g))
    for _ in range(60):
        x, v = _pair("step", step(x, v, g, 0.5, 0.5), g)
    equal("after 60 steps with lr = alpha = 1/2, v", v, -0.5 * g / (1 - 0.5))


momentum: Exercise = Exercise(
    "03.1",
    r"""Momentum remembers its last move: $v \leftarrow \alpha v - \varepsilon g$, then $x \leftarrow x + v$. Write
`step(x, v, g, lr, alpha)`, which returns the new `(x, v)`; `g` is the gradient at `x`, `lr` is $\varepsilon$.""",
    strategies={"x": inputs.vectors(), "v": inputs.vectors(), "g": inputs.vectors(), "lr": _rate, "alpha": _memory},
    properties=[
        Property(
            "without memory, alpha = 0, it is gradient descent",
            lambda step, x, v, g, lr: equal("the new x", _pair("step", step(x, v, g, lr, 0.0), x)[0], x - lr * g),
            "With α = 0 the old v is forgotten. Which way does g point?",
        ),
        Property("x moves by the new v", _moves_by_v, "First the new v, then x with it."),
        Property(
            "without a gradient it rolls on, slower",
            lambda step, x, v, lr, alpha: equal(
                "the new v", _pair("step", step(x, v, 0 * x, lr, alpha), x)[1], alpha * v
            ),
            "v shrinks by the factor α each step.",
        ),
        Property(
            "under a constant gradient v grows to −lr·g/(1 − alpha)",
            _terminal,
            "v is the sum of all past gradients with the weights 1, α, α², …: its gain is 1/(1 − α).",
            "No factor 1 − α stands before g.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda x, v, g, lr, alpha: (x + v, alpha * v - lr * g),
            "x moves by the old v here; the lecture moves it by the new one.",
        ),
        Mistake(
            lambda x, v, g, lr, alpha: (x + alpha * v - (1 - alpha) * lr * g, alpha * v - (1 - alpha) * lr * g),
            "This is a running mean of the gradients; the lecture's momentum is a sum, with the gain 1/(1 − α).",
        ),
        Mistake(
            lambda x, v, g, lr, alpha: (x + alpha * v + lr * g, alpha * v + lr * g),
            "This climbs: the gradient points uphill.",
        ),
    ],
)


def _adam_run(step, gradients, lr=0.125, beta1=0.9, beta2=0.999):
    x = v = a = np.zeros(len(gradients[0]))
    path = [x]
    for t, g in enumerate(gradients, 1):
        result = step(x, v, a, t, g, lr, beta1, beta2)
        require(
            isinstance(result, (tuple, list, np.ndarray)) and len(result) == 3,
            "adam_step should return the three arrays x, v, a",
            form=True,
        )
        x, v, a = (as_numbers("step", part) for part in result)
        path.append(x)
    return path, v, a


def _first_length(step, g):
    g = np.where(g == 0, 1, g)
    equal("the first step", _adam_run(step, [g])[0][1], -0.125 * np.sign(g))


def _steady(step, g):
    g = np.where(g == 0, 1, g)
    path, _, _ = _adam_run(step, [g] * 5)
    equal("the steps under a constant gradient", np.diff(path, axis=0), np.tile(-0.125 * np.sign(g), (5, 1)))


def _means(step, g):
    _, v, a = _adam_run(step, [g, 2 * g])
    equal("v after the gradients g and 2g", v, 0.1 * (0.9 * g + 2 * g))
    equal("a after the gradients g and 2g, times 1000", 1000 * a, 0.999 * g**2 + 4 * g**2)


def _unit(step, g):
    gradients = [g + 1.5, g - 2.5, 0.5 * g + 1.5]
    equal(
        "x, where all gradients are 100 times larger",
        _adam_run(step, [100 * each for each in gradients])[0][-1],
        _adam_run(step, gradients)[0][-1],
        1e-4,
    )


def _adam_without_correction(x, v, a, t, g, lr, beta1, beta2):
    v, a = beta1 * v + (1 - beta1) * g, beta2 * a + (1 - beta2) * g**2
    return x - lr * v / (np.sqrt(a) + 1e-8), v, a


def _adam_frozen(x, v, a, t, g, lr, beta1, beta2):
    v, a = beta1 * v + (1 - beta1) * g, beta2 * a + (1 - beta2) * g**2
    return x - lr * np.sqrt(1 - beta2) / (1 - beta1) * v / (np.sqrt(a) + 1e-8), v, a


adam: Exercise = Exercise(
    "03.2",
    r"""Find the bug: this Adam starts with steps that are much too long.

    def adam_step(x, v, a, t, g, lr, beta1, beta2):
        v = beta1 * v + (1 - beta1) * g
        a = beta2 * a + (1 - beta2) * g**2
        return x - lr * v / (np.sqrt(a) + 1e-8), v, a

`t` counts the steps from 1; v and a start at 0. Write `adam_step(x, v, a, t, g, lr, beta1, beta2)` as it
should be; it returns `(x, v, a)`.""",
    strategies={"g": inputs.vectors()},
    properties=[
        Property(
            "the first step has the length lr in every coordinate",
            _first_length,
            "v and a start at 0 and are too small at first, a more than v. By which factors?",
            "â = v/(1 − β₁ᵗ), â = a/(1 − β₂ᵗ).",
        ),
        Property(
            "under a constant gradient every step has that length",
            _steady,
            "The correction fades as t grows: t is an exponent.",
        ),
        Property(
            "v and a are running means of g and of g²",
            _means,
            "Return v and a as they were before the correction.",
            "The corrected ones are used in this step only.",
        ),
        Property("the unit of the gradient does not matter", _unit, "â and √â grow alike."),
    ],
    mistakes=[
        Mistake(_adam_without_correction, "This is still the version without bias correction."),
        Mistake(
            _adam_frozen,
            "This correction is frozen at t = 1, as in the notebook of the source: right once, and too short ever"
            " after: β₁ᵗ and β₂ᵗ have the step count as exponent.",
        ),
    ],
)


def _original(x, v, slope, lr, alpha, steps):
    """Nesterov's method as the lecture first states it, in x."""
    for _ in range(steps):
        v = alpha * v - lr * slope(x + alpha * v)
        x = x + v
    return x, v


def _shifted(step, x, v, lr, alpha, scale):
    slope, z, velocity = (lambda x: scale * x), x + alpha * v, v
    for _ in range(3):
        z, velocity = _pair("step", step(z, velocity, slope(z), lr, alpha), x)
    x, v = _original(x, v, slope, lr, alpha, 3)
    equal("after 3 steps on a bowl, z − alpha·v", z - alpha * velocity, x)
    equal("after 3 steps on a bowl, v", velocity, v)


nesterov: Exercise = Exercise(
    "03.3",
    r"""Nesterov's method takes the gradient ahead: $v \leftarrow \alpha v - \varepsilon \nabla f(x + \alpha v)$, $x
\leftarrow x + v$. With $z = x + \alpha v$ it needs the gradient at $z$ only. Write
`nesterov_step(z, v, g, lr, alpha)`, which returns the new `(z, v)`; `g` is the gradient at `z`. The lecture's
own slide has a misprint here, so derive it.""",
    strategies={
        "x": inputs.vectors(),
        "v": inputs.vectors(),
        "lr": _rate,
        "alpha": _memory,
        "scale": st.sampled_from([0.0, 1.0, 0.5]),
    },
    properties=[
        Property(
            "without memory, alpha = 0, it is gradient descent",
            lambda step, x, v, lr: equal("the new z", _pair("step", step(x, v, x, lr, 0.0), x)[0], x - lr * x),
            "With α = 0, z is x.",
        ),
        Property(
            "the new v is alpha·v − lr·g",
            lambda step, x, v, lr, alpha: equal(
                "the new v", _pair("step", step(x, v, 2 * x, lr, alpha), x)[1], alpha * v - lr * 2 * x
            ),
            "This line is the same as before.",
        ),
        Property(
            "z − alpha·v runs through the points x of the first form",
            _shifted,
            "The new z is the new x plus α times the new v; put in the new x = x + v and the old x = z − αv.",
            "z_new = z − α v_old + v_new + α v_new.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda z, v, g, lr, alpha: (z + alpha * v - lr * g, alpha * v - lr * g),
            "This is momentum without the look ahead: z moves by v alone.",
        ),
        Mistake(
            lambda z, v, g, lr, alpha: (z + alpha * (alpha * v - lr * g), alpha * v - lr * g),
            "z moves by αv here, which forgets that both x and v have changed.",
        ),
    ],
)


def _grows(measure, lr, alpha, expected):
    ratio = float(as_numbers("measure(lr, alpha)", measure(lr, alpha)))
    require(
        not ratio < 1 if expected else ratio < 1,
        f"measure({lr:.4g}, {alpha}) is {ratio:.3g}; there the distance {'grows' if expected else 'falls'}",
    )


def _limits(measure, prediction):
    require(
        np.shape(prediction) == (2,),
        "the prediction should be two numbers: without momentum, and with alpha = 0.9",
        form=True,
    )
    for limit, alpha in zip(prediction, (0.0, 0.9)):
        require(limit > 0, "a learning rate is positive")
        for factor, grows in ((0.97, False), (1.03, True)):
            ratio = measure(factor * limit, alpha)
            require(
                not ratio < 1 if grows else ratio < 1,
                f"with alpha = {alpha:g} you predicted {limit:.4g}, but at lr = {factor * limit:.4g} "
                f"your measurement is {ratio:.3g}, so that the limit lies {'above' if grows else 'below'}",
            )


diverging: Exercise = Exercise(
    "03.4",
    r"""A bowl $\tfrac12(x_1^2 + 100\,x_2^2)$ has $\kappa = 100$. Above which learning rate does gradient descent
diverge, and above which does momentum with $\alpha = 0.9$? Write down your `prediction`, a pair of numbers.
Then write `measure(lr, alpha)`, which takes 2000 steps of momentum ($v \leftarrow \alpha v - \varepsilon g$,
$x \leftarrow x + v$, where `lr` is $\varepsilon$) from $x = (1, 1)$, $v = 0$. It returns the distance from the origin
at the end, divided by that at the start. Check both: `check("03.4", measure, prediction=(..., ...))`.""",
    given=["prediction"],
    properties=[
        Property(
            "short steps come closer",
            lambda measure: [_grows(measure, 0.01, alpha, False) for alpha in (0.0, 0.9)] and None,
            "Return the length of the last x divided by √2.",
        ),
        Property(
            "long steps diverge",
            lambda measure: [_grows(measure, 0.06, alpha, True) for alpha in (0.0, 0.9)] and None,
            "An infinite distance is an answer, too.",
        ),
        Property(
            "your predictions are what you measure",
            _limits,
            "The steepest direction, λ = 100, decides. Gradient descent multiplies by 1 − lr·λ there. For momentum put"
            " x_k = (−1)^k, which neither grows nor falls, into x_{k+1} = (1 + α − lr·λ) x_k − α x_{k−1}.",
            "2/λ without momentum; momentum allows 2(1 + α)/λ.",
        ),
    ],
    examples=1,
)

clip: Exercise = Exercise(
    "03.5",
    r"""Near a cliff one gradient can throw the weights out of the valley. Write `clip(g, limit)`, which returns `g` as
it is where its length is at most `limit`, and else the vector of the length `limit` in the same direction.""",
    strategies={"g": inputs.vectors(), "limit": inputs.positive(4)},
    properties=[
        Property(
            "gradients within the limit stay as they are",
            lambda clip, g: [
                equal(f"clip(g, {limit:.4g})", clip(g, limit), g) for limit in (100.0, 1.25 * np.linalg.norm(g) + 0.25)
            ]
            and None,
            "Compare the length √(g·g) with the limit first.",
        ),
        Property(
            "the zero gradient stays zero",
            lambda clip, limit: equal("clip(0, limit)", clip(np.zeros(2), limit), [0, 0]),
            "0/0 is not a number.",
        ),
        Property(
            "no result is longer than the limit",
            lambda clip, g, limit: require(
                np.linalg.norm(clip(g, limit)) <= limit * (1 + 1e-5),
                f"its length is {np.linalg.norm(clip(g, limit)):.4g}",
            ),
            "The length is √(g·g).",
        ),
        Property(
            "long gradients keep their direction and come out at the limit",
            lambda clip, g, limit: equal(
                "clip(g, limit)", clip(g, limit), g * min(1, limit / np.linalg.norm(g)) if g.any() else g
            ),
            "Multiply all entries by the same number.",
            "limit/‖g‖.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda g, limit: np.clip(g, -limit, limit), "This clips each entry by itself, which turns the direction."
        ),
        Mistake(
            lambda g, limit: g / np.linalg.norm(g) * limit if np.any(g) else g,
            "Short gradients are made longer here.",
        ),
    ],
)


def _noisy(rates, seeds=400):
    """The mean squared distance from the minimum of ½w², descended with gradients of noise 1."""
    rng = np.random.default_rng(0)
    w = np.full(seeds, 3.0)
    for rate in rates:
        w = w - rate * (w + rng.standard_normal(seeds))
    return float(np.mean(w**2))


def _rates(schedule):
    return np.array([float(as_numbers("schedule(t)", schedule(t))) for t in range(1, 1001)])


def _beats_constants(schedule):
    best = min(_noisy(np.full(1000, lr)) for lr in (1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.3))
    ours = _noisy(_rates(schedule))
    require(
        ours < best / 2,
        f"it ends at a mean squared distance of {ours:.2g}; the best constant rate ends at {best:.2g}, and half of"
        " that is wanted",
    )


schedule: Exercise = Exercise(
    "03.6",
    r"""Design a schedule. Gradient descent on $\tfrac12 w^2$ sees the gradient $w$ plus noise of variance 1 and starts
at $w = 3$. After 1000 steps with a constant rate the noise still shakes $w$, or $w$ has not arrived. Write
`schedule(t)`, the learning rate of step t = 1, 2, …, 1000, such that the mean squared distance from the minimum
ends at less than half of that of the best constant rate.""",
    properties=[
        Property(
            "each rate is positive and stable",
            lambda schedule: require(
                np.all((_rates(schedule) > 0) & (_rates(schedule) < 2)),
                "some rate is outside 0 < lr < 2, where gradient descent on ½w² is stable",
            ),
            "What is the stability limit for λ = 1?",
        ),
        Property(
            "it ends at less than half the distance of the best constant rate",
            _beats_constants,
            "Early steps should cross the distance, late steps average the noise away.",
            "Rates near 1/t make w the mean of all noise seen so far.",
        ),
    ],
    examples=1,
)

EXERCISES = (momentum, adam, nesterov, diverging, clip, schedule)
