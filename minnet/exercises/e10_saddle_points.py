"""Exercises of the notebook 10_saddle_points."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _regular(H):
    assume(abs(np.linalg.eigvalsh(H)).min() > 0.1)


def _unmoved(index, H, C):
    _regular(H)
    assume(abs(np.linalg.det(C)) > 0.5)
    equal("index(CᵀHC), for a regular C,", index(C.T @ H @ C), index(H))


index: Exercise = Exercise(
    "10.1",
    r"""The *index* of a stationary point is the number of negative eigenvalues of its Hessian: 0 at a minimum, n at a
maximum, between them at a saddle. Write `index(H)`.""",
    strategies={
        "H": inputs.symmetric(),
        "C": inputs.matrices(entries=inputs.numbers(-2, 2, 1)),
        "P": inputs.definite(),
        "diagonal": inputs.vectors(),
    },
    properties=[
        Property(
            "a positive definite H has index 0",
            lambda index, P: equal("index(H)", index(P), 0),
            "There the surface bends upwards in every direction.",
        ),
        Property(
            "for a diagonal H it counts the negative entries",
            lambda index, diagonal: equal("index(diag)", index(np.diag(diagonal)), np.sum(diagonal < 0)),
            "Zero is not negative.",
        ),
        Property(
            "H and −H share out the n directions",
            lambda index, H: _regular(H) or equal("index(H) + index(−H)", index(H) + index(-H), len(H)),
            "Look at the eigenvalues, not at the diagonal or the determinant.",
        ),
        Property("other coordinates do not change it (Sylvester's law of inertia)", _unmoved, "np.linalg.eigvalsh."),
    ],
    mistakes=[
        Mistake(
            lambda H: int(np.sum(np.diag(H) < 0)),
            "The diagonal does not tell: [[1, 2], [2, 1]] has a negative eigenvalue.",
        ),
        Mistake(lambda H: int(np.linalg.det(H) < 0), "The determinant tells only whether the number is odd."),
        Mistake(lambda H: int(np.sum(np.linalg.eigvalsh(H) > 0)), "You count the positive ones."),
    ],
)


def _escape(escape, g, H):
    d = as_numbers("escape(g, H)", escape(g, H))
    require(d.shape == g.shape, f"the direction has shape {d.shape}; expected {g.shape}")
    return d


def _down(escape, g, H):
    assume(np.linalg.eigvalsh(H)[0] < -0.1)
    d = _escape(escape, g, H)
    require(d @ H @ d < 0, f"the curvature along it, d·Hd, is {d @ H @ d:.4g}")


def _not_up(escape, g, H):
    assume(np.linalg.eigvalsh(H)[0] < -0.1)
    d = _escape(escape, g, H)
    require(g @ d <= 1e-9 * (1 + np.linalg.norm(g)), f"the slope along it, d·g, is {g @ d:.4g}")


def _unit(escape, g, H):
    assume(np.linalg.eigvalsh(H)[0] < -0.1)
    equal("its length", np.linalg.norm(_escape(escape, g, H)), 1.0)


escape: Exercise = Exercise(
    "10.2",
    r"""At a saddle the gradient gives no direction, or a wrong one. Write `escape(g, H)`, for an `H` with a negative
eigenvalue: a direction $d$ of length 1 along which the surface bends downwards, $d^T H d < 0$, and which does
not begin uphill, $g^T d \le 0$.""",
    strategies={"g": inputs.vectors(), "H": inputs.symmetric()},
    properties=[
        Property(
            "for H = −1 in one dimension it has the length 1",
            lambda escape: equal(
                "|escape([0], [[−1]])|", abs(as_numbers("escape", escape(np.zeros(1), -np.eye(1)))), [1.0]
            ),
            "With g = 0 either sign will do, but not the zero vector.",
        ),
        Property(
            "the surface bends downwards along it",
            _down,
            "Which direction bends down the most?",
            "The eigenvector of the smallest eigenvalue.",
        ),
        Property("its length is 1", _unit, "Divide by the norm."),
        Property("it does not begin uphill", _not_up, "With d, −d is an eigenvector, too: choose."),
    ],
    mistakes=[
        Mistake(
            lambda g, H: np.linalg.eigh(H)[1][:, 0],
            "The eigenvector has two signs; take the one that does not begin uphill.",
        ),
        Mistake(
            lambda g, H: np.linalg.eigh(H)[1][0], "Eigenvectors are the columns of what eigh returns, not its rows."
        ),
    ],
)


def _peano(x):
    return (x[1] - x[0] ** 2) * (x[1] - 3 * x[0] ** 2)


def _lower(lower, eps):
    x = as_numbers("lower(eps)", lower(eps))
    require(x.shape == (2,), f"lower(eps) has shape {x.shape}; expected a point (2,)")
    require(
        0 < np.linalg.norm(x) <= eps,
        f"the point is {np.linalg.norm(x):.3g} from the origin; at most eps, and not zero, is wanted",
    )
    require(_peano(x.astype(float)) < 0, f"there f is {_peano(x.astype(float)):.3g}, not below f(0) = 0")


peano: Exercise = Exercise(
    "10.3",
    r"""Find the error. "$f(x) = (x_2 - x_1^2)(x_2 - 3x_1^2)$ has a zero gradient at the origin, no negative eigenvalue
there, and along every straight line through the origin it has a strict minimum. So the origin is a minimum."
Write `lower(eps)`: a point at most `eps` from the origin where $f < f(0) = 0$.""",
    strategies={"eps": st.sampled_from([1.0, 0.1, 1e-2, 1e-3, 10.0])},
    properties=[
        Property(
            "f is negative there, and it is near the origin",
            _lower,
            "Lines are too straight. f is a product: when have its factors different signs?",
            "Between the parabolas x₂ = x₁² and x₂ = 3x₁²; mind the distance.",
        )
    ],
    mistakes=[Mistake(lambda eps: np.array([eps, 0.0]), "Along this line f rises; no straight line will do.")],
)


saddle_free: Exercise = Exercise(
    "10.4",
    r"""Newton's step divides by the eigenvalues, and walks uphill where they are negative. The *saddle-free* step
divides by their absolute values. Write `step(g, H)` $= -|H|^{-1} g$, where $|H|$ has the eigenvectors of $H$
and the absolute values of its eigenvalues. No eigenvalue of `H` is zero.""",
    strategies={"g": inputs.vectors(), "H": inputs.symmetric(), "P": inputs.definite()},
    properties=[
        Property(
            "where H is positive definite it is Newton's step",
            lambda step, g, P: equal("g + H·step", g + P @ as_numbers("step", step(g, P)), 0 * g),
            "The absolute values change nothing there.",
        ),
        Property(
            "where H is −I it is gradient descent",
            lambda step, g: equal("step(g, −I)", step(g, -np.eye(len(g))), -g),
            "|−1| = 1.",
        ),
        Property(
            "it never begins uphill",
            lambda step, g, H: _regular(H)
            or require(g @ as_numbers("step", step(g, H)) <= 1e-9, f"the slope along it is {g @ step(g, H):.4g}"),
            "Each part along an eigenvector goes down.",
        ),
        Property(
            "along each eigenvector it is as long as Newton's",
            lambda step, g, H: _regular(H)
            or equal(
                "|Qᵀ step|",
                np.abs(np.linalg.eigh(H)[1].T @ step(g, H)),
                np.abs(np.linalg.eigh(H)[1].T @ np.linalg.solve(H, g)),
            ),
            "|H| is not the matrix of the absolute values of the entries.",
            "Q |Λ|⁻¹ Qᵀ g.",
        ),
    ],
    mistakes=[
        Mistake(lambda g, H: -np.linalg.solve(H, g), "This is Newton's step, which is drawn to saddles."),
        Mistake(
            lambda g, H: -np.linalg.lstsq(np.abs(H), g, rcond=None)[0],
            "The absolute values are taken of the entries; they belong to the eigenvalues.",
        ),
        Mistake(
            lambda g, H: -np.abs(np.linalg.inv(H)) @ g,
            "The absolute values are taken of the entries of the inverse; they belong to the eigenvalues.",
        ),
    ],
)


def _kind(classify, values, bound, expected, why):
    said = classify(np.array(values, float), bound)
    require(said == expected, f"classify({values}, {bound:g}) is {said!r}; it should be {expected!r}, {why}")


def _all_kinds(classify, values, bound):
    low, high = min(values), max(values)
    expected = (
        "saddle"
        if low < -bound and high > bound
        else "minimum" if low > bound else "maximum" if high < -bound else "undecided"
    )
    _kind(classify, values, bound, expected, "for an eigenvalue within the bound may be zero or of either sign")


classify: Exercise = Exercise(
    "10.5",
    r"""You know the eigenvalues of the Hessian at a stationary point, each to within `bound` $> 0$. What kind of point
is it? Write `classify(eigenvalues, bound)`, which returns "minimum", "maximum", "saddle", or "undecided" where
these numbers cannot decide (think of $x^4$ and $x^3$).""",
    strategies={
        "values": st.lists(inputs.numbers(-2, 2), min_size=1, max_size=4),
        "bound": st.sampled_from([0.25, 0.75, 1e-9]),
    },
    properties=[
        Property(
            "clear signs are told",
            lambda classify: [
                _kind(classify, *case, "all signs are certain")
                for case in (([1, 2], 0.1, "minimum"), ([-1, -2], 0.1, "maximum"), ([-1, 2], 0.1, "saddle"))
            ]
            and None,
            "Compare the smallest and the largest eigenvalue with ±bound.",
        ),
        Property(
            "a zero eigenvalue decides nothing",
            lambda classify: _kind(
                classify, [0, 2], 1e-9, "undecided", "x⁴ + y² and x³ + y² both have these eigenvalues"
            ),
            "At x⁴ there is a minimum, at x³ there is none.",
        ),
        Property(
            "an eigenvalue within the bound decides nothing either",
            lambda classify: _kind(classify, [0.5, 2], 0.75, "undecided", "for 0.5 may stand for zero or for −0.2"),
            "Its sign is not certain.",
        ),
        Property(
            "but two opposite certain signs do, whatever the others are",
            lambda classify: _kind(classify, [-1, 0, 2], 1e-9, "saddle", "there is a way up and a way down"),
            "Look for a way down and a way up first.",
        ),
        Property("it is right in all cases", _all_kinds, "An eigenvalue of ±bound or less may be zero."),
    ],
    mistakes=[
        Mistake(
            lambda values, bound: "minimum" if min(values) > 0 else "maximum" if max(values) < 0 else "saddle",
            "What is neither a minimum nor a maximum need not be a saddle: a sign within the bound is not certain.",
        )
    ],
)

EXERCISES = (index, escape, peano, saddle_free, classify)
