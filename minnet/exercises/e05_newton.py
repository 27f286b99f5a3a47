"""Exercises of the notebook 05_newton: damping, descent directions, trust regions and when to stop."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]

damped: Exercise = Exercise(
    "05.1",
    r"""Write `step(g, H, alpha)`: Newton's step damped by $\alpha$, which is $-(H + \alpha I)^{-1} g$. It returns the
step, not the new point. `g` is (n,), `H` is symmetric (n, n).""",
    strategies={"g": inputs.vectors(), "H": inputs.definite(), "alpha": inputs.positive(8)},
    properties=[
        Property(
            "without damping one step ends at the minimum of a quadratic",
            lambda step, g, H: equal(
                "the gradient after the step, g + H·step", g + H @ as_numbers("step", step(g, H, 0.0)), 0 * g
            ),
            "Solve H·step = −g.",
        ),
        Property(
            "for H = 0 it is gradient descent with the rate 1/alpha",
            lambda step, g, alpha: equal("step(g, 0, alpha)", step(g, np.zeros((len(g), len(g))), alpha), -g / alpha),
            "α stands on the diagonal.",
        ),
        Property(
            "(H + alpha·I)·step is −g",
            lambda step, g, H, alpha: equal(
                "(H + alpha·I)·step", (H + alpha * np.eye(len(g))) @ as_numbers("step", step(g, H, alpha)), -g
            ),
            "α is added to the diagonal only: αI, not α.",
            "np.linalg.solve(H + alpha*np.eye(len(g)), -g).",
        ),
    ],
    mistakes=[
        Mistake(
            lambda g, H, alpha: np.linalg.solve(H + alpha * np.eye(len(g)), g),
            "This is the step uphill: the sign is missing.",
        ),
        Mistake(
            lambda g, H, alpha: -np.linalg.solve(H + alpha, g),
            "NumPy adds alpha to every entry here; the identity belongs to it.",
        ),
        Mistake(
            lambda g, H, alpha: -alpha * np.linalg.solve(H, g),
            "This shortens the step; damping changes its direction, too.",
        ),
        Mistake(lambda g, H, alpha: -g / (np.diag(H) + alpha), "The entries of H beside the diagonal are ignored."),
    ],
)


def _regular(H):
    assume(abs(np.linalg.eigvalsh(H)).min() > 0.1)


def _descends(direction, g, H):
    _regular(H)
    assume(g.any())
    slope = g @ as_numbers("direction(g, H)", direction(g, H))
    require(slope < 0, f"the slope along it, g·direction, is {slope:.4g}; it should be negative")


climbing: Exercise = Exercise(
    "05.2",
    r"""Find the bug: this direction sometimes climbs.

    def direction(g, H):
        return -np.linalg.solve(H, g)

Write `direction(g, H)` such that $f$ falls along it wherever $g \ne 0$, for any symmetric nonsingular $H$, and
such that it is still Newton's step where all eigenvalues of $H$ are positive.""",
    strategies={"g": inputs.vectors(), "H": inputs.symmetric(), "P": inputs.definite()},
    properties=[
        Property(
            "where H is positive definite it is Newton's step",
            lambda direction, g, P: equal("g + H·direction", g + P @ as_numbers("direction", direction(g, P)), 0 * g),
            "On a bowl nothing needs mending.",
        ),
        Property(
            "it goes down where H is negative",
            lambda direction, g: _descends(direction, g, -np.eye(len(g))),
            "For H = −I Newton's step is +g. What makes of −1 a positive curvature?",
        ),
        Property(
            "it goes down wherever g is not zero",
            _descends,
            "Along an eigenvector with λ < 0 the step is −(g·q)/λ, uphill.",
            "Replace each eigenvalue by its absolute value, or raise them all above zero.",
        ),
    ],
    mistakes=[
        Mistake(lambda g, H: -np.linalg.solve(H, g), "This is still the version that climbs."),
        Mistake(lambda g, H: -g, "This always descends, but it is gradient descent, on bowls, too."),
    ],
)


def _semidefinite(shift, H, slack, expected):
    lowest = np.linalg.eigvalsh(H + (float(shift(H)) + slack) * np.eye(len(H))).min()
    require(
        lowest > -1e-6 if expected else lowest < 1e-6,
        f"the smallest eigenvalue of H + (shift {slack:+g})·I is {lowest:.4g}",
    )


shift: Exercise = Exercise(
    "05.3",
    r"""Write `shift(H)`: the smallest $\alpha \ge 0$ such that $H + \alpha I$ has no negative eigenvalue. `H` is
symmetric.""",
    strategies={"H": inputs.symmetric(), "P": inputs.definite(), "diagonal": inputs.vectors()},
    properties=[
        Property(
            "a positive definite H needs none",
            lambda shift, P: equal("shift(H)", shift(P), 0.0),
            "α is never negative.",
        ),
        Property(
            "for a diagonal H it lifts the lowest entry to zero",
            lambda shift, diagonal: equal("shift(diag)", shift(np.diag(diagonal)), max(0.0, -diagonal.min())),
            "Adding αI adds α to each eigenvalue.",
        ),
        Property(
            "it is enough",
            lambda shift, H: _semidefinite(shift, H, 1e-6, True),
            "The entries of the diagonal are not the eigenvalues.",
            "−λmin, where λmin < 0.",
        ),
        Property(
            "no smaller one is enough",
            lambda shift, H: float(shift(H)) <= 1e-5 or _semidefinite(shift, H, -0.001, False),
            "Gershgorin's bound is enough, but larger than needed.",
        ),
    ],
    mistakes=[
        Mistake(lambda H: max(0.0, -np.diag(H).min()), "The diagonal does not tell the smallest eigenvalue."),
        Mistake(
            lambda H: -np.linalg.eigvalsh(H).min(),
            "For a positive definite H this is negative; none is needed there.",
        ),
        Mistake(
            lambda H: np.abs(np.linalg.eigvalsh(H)).max(),
            "This lifts by the largest absolute eigenvalue, more than is needed.",
        ),
    ],
)


def _model(g, H, s):
    return g @ s + s @ H @ s / 2


def _region_step(step, g, H, radius):
    s = as_numbers("trusted_step(g, H, radius)", step(g, H, radius))
    require(s.shape == (2,), f"the step has shape {s.shape}; expected (2,)", form=True)
    return s


def _inside(step, g, H, radius):
    length = np.linalg.norm(_region_step(step, g, H, radius))
    require(length <= radius * 1.001, f"the step has the length {length:.5g}; the radius is {radius:g}")


def _best_inside(step, g, H, radius):
    ours = _model(g, H, _region_step(step, g, H, radius))
    angles = np.linspace(0, 2 * np.pi, 721)
    circle = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.concatenate([circle / 2, circle])
    best = points[np.argmin(points @ g + np.einsum("ni,ij,nj->n", points, H, points) / 2)]
    require(
        ours <= _model(g, H, best) + 1e-3 * (1 + radius * np.linalg.norm(g) + radius**2 * np.abs(H).max()),
        f"the model falls by {-ours:.4g}; the step [{best[0]:.3g}, {best[1]:.3g}] makes it fall by"
        f" {-_model(g, H, best):.4g}",
    )


_two = st.just(2)
region: Exercise = Exercise(
    "05.4",
    r"""Write `trusted_step(g, H, radius)` for two variables: the step $s$ with $\|s\| \le$ radius that makes the model
$g^T s + \tfrac12 s^T H s$ least. $H$ is symmetric, and its eigenvalues may have any sign or be zero. Searching the
circle is allowed; finding the $\alpha$ of that radius is more elegant.""",
    strategies={
        "g": inputs.vectors(_two),
        "H": inputs.symmetric(_two),
        "P": inputs.definite(_two),
        "radius": st.sampled_from([0.5, 1.0, 2.0]),
    },
    properties=[
        Property(
            "no step is longer than the radius",
            _inside,
            "Where Newton's step is too long, the best one lies on the circle.",
        ),
        Property(
            "where Newton's step fits, and H is positive definite, it is that step",
            lambda step, g, P: equal(
                "g + H·step, for a radius of 1000", g + P @ _region_step(step, g, P, 1000.0), 0 * g, 1e-3
            ),
            "Try Newton's step first.",
        ),
        Property(
            "along a negative curvature it goes to the edge",
            lambda step, radius: equal(
                "the length",
                np.linalg.norm(_region_step(step, np.array([0.5, 0.0]), -np.eye(2), radius)),
                radius,
                1e-2,
            ),
            "Down there is no bottom within reach.",
        ),
        Property(
            "no step within the radius is better",
            _best_inside,
            "A shortened Newton step is not the best: the direction turns as the radius shrinks.",
            "s(α) = −(H + αI)⁻¹g with α ≥ max(0, −λmin) such that ‖s‖ = radius.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda g, H, radius: (lambda s: s * min(1, radius / np.linalg.norm(s)) if s.any() else s)(
                -np.linalg.solve(H, g)
            ),
            "This cuts Newton's step off at the circle; it does not turn, and climbs where H is not positive"
            " definite.",
        )
    ],
)


def _tells(stop, f, norms, expected, why):
    said = stop(np.array(f, float), np.array(norms, float))
    require(
        isinstance(said, (bool, np.bool_)), f"stop(values, norms) is {said!r}; it should be True or False", form=True
    )
    require(said == expected, f"stop(values, norms) is {said} {why}")


def _runs(scale):
    k = np.arange(60)
    halved = np.concatenate([[0], np.minimum(2.0 ** k[:7], 13)])  # 0, 1, 2, 4, 8, 13, …: digits of the gradient
    quick = (scale * (1 + 4.0**-halved), scale * 10.0**-halved)
    valley = (scale * (5 - 1e-7 * k), scale * (0.3 + 0 * k))
    floor = (
        scale * np.concatenate([1 + 2.0**-k, 1 + 0 * k]),
        scale * np.concatenate([np.maximum(2.0**-k, 3e-10), 3e-10 * (1 + 0.1 * np.cos(k))]),
    )
    return quick, valley, floor


def _decides(stop, scale):
    quick, valley, floor = _runs(scale)
    _tells(stop, quick[0][:1], quick[1][:1], False, "at the start, before a step was taken")
    for steps in (2, 3, 4):
        ratio = quick[1][steps - 1] / quick[1][0]
        _tells(
            stop,
            quick[0][:steps],
            quick[1][:steps],
            False,
            f"while the gradient is still {ratio:.2g} of what it was at the start, and falls from step to step",
        )
    _tells(stop, *quick, True, "although the gradient has fallen to 10⁻¹³ of what it was")
    _tells(stop, *valley, False, "in a valley, where the loss hardly falls but the gradient is as large as ever")
    _tells(
        stop,
        *floor,
        True,
        "although the loss has not changed for 60 steps and the gradient, 10⁻⁹ of what it was, is rounding noise",
    )


stopping: Exercise = Exercise(
    "05.5",
    r"""Design a stopping rule. Write `stop(values, norms)`: it is given the losses and the gradient norms of a run so
far, two arrays, the present ones last, and returns True when the run should end. It should stop a run that has
arrived, also where rounding keeps the gradient from falling any further, and go on in a valley where the loss
hardly falls. A gradient that has fallen to a ten-thousandth is no arrival yet. The answer should not depend on the unit
of the loss.""",
    strategies={"scale": st.sampled_from([1.0, 1e-6, 1e6])},
    properties=[
        Property(
            "it decides well where the loss is near 1",
            lambda stop: _decides(stop, 1.0),
            "The gradient tells more than the loss: compare it with the gradient at the start.",
        ),
        Property(
            "it decides the same in any unit of the loss",
            _decides,
            "`norms[-1] < 1e-8` changes with the unit; a ratio does not.",
            "norms[-1] <= 1e-8 * norms[0].",
        ),
    ],
    examples=3,
    mistakes=[
        Mistake(
            lambda values, norms: bool(norms[-1] < 1e-8),
            "This compares with a fixed number: in another unit of the loss it stops too early or never.",
        ),
        Mistake(
            lambda values, norms: bool(len(values) > 1 and abs(values[-1] - values[-2]) < 1e-6 * abs(values[-1])),
            "The loss changes little in a valley, too: look at the gradient.",
        ),
    ],
)


def _ratio(measure, x):
    assume(np.any(x))
    found = float(as_numbers("measure(x)", measure(x)))
    equal(
        "the new distance from the saddle over the old one",
        found,
        np.linalg.norm(_newton_monkey(x)) / np.linalg.norm(x),
        1e-4,
    )


def _newton_monkey(x):
    H = 6 * np.array([[x[0], -x[1]], [-x[1], -x[0]]])
    return x - np.linalg.solve(H, [3 * (x[0] ** 2 - x[1] ** 2), -6 * x[0] * x[1]])


basin: Exercise = Exercise(
    "05.6",
    r"""The monkey saddle $f(x) = x_1^3 - 3 x_1 x_2^2$ has no minimum, and its only stationary point is the saddle at
the origin. What does undamped Newton do from a random start? Write down your `prediction`: by which factor one
step multiplies the distance from the origin (more than 1 if it flees). Then write `measure(x)`, which takes
one Newton step from `x` and returns that factor. Check both: `check("05.6", measure, prediction=...)`.""",
    given=["prediction"],
    strategies={"x": inputs.vectors(_two)},
    properties=[
        Property(
            "it is what one step of Newton does",
            _ratio,
            "∇f = (3x₁² − 3x₂², −6x₁x₂); take the second derivatives from it.",
        ),
        Property(
            "your prediction is what you measure",
            lambda measure, x, prediction: assume(np.any(x))
            and require(
                abs(measure(x) - prediction) < 0.02,
                f"at [{x[0]:g}, {x[1]:g}] you measure {float(measure(x)):.4g} and predicted {prediction:.4g}",
            ),
            "Newton looks for a zero of the gradient, whatever kind of point it is. How fast for a double zero such"
            " as that of 3z²?",
            "For g(z) = 3z² Newton's step is z − 3z²/(6z).",
        ),
    ],
)

EXERCISES = (damped, climbing, shift, region, stopping, basin)
