"""Exercises of the notebook 06_eigenvectors: line searches along the axes of a bowl."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]

_directions = inputs.vectors().filter(lambda q: q.any())


def _slope_is_gone(search, g, H, q):
    t = float(as_numbers("search(g, H, q)", search(g, H, q)))
    equal("the slope along q after the move, q·(g + t·Hq)", q @ (g + t * H @ q), 0.0)


search: Exercise = Exercise(
    "06.1",
    r"""On a bowl with the gradient `g` at the present point and the Hessian `H` you walk along the direction `q`.
Write `search(g, H, q)`, the number $t$ for which the point reached by the move $tq$ is the lowest on that
line.""",
    strategies={
        "g": inputs.vectors(),
        "H": inputs.definite(),
        "q": _directions,
        "factor": st.sampled_from([2.0, -1.0, 0.5]),
    },
    properties=[
        Property(
            "where the slope along q is zero it stays",
            lambda search, H, q: equal("search(0, H, q)", search(np.zeros(len(q)), H, q), 0.0),
            "There t = 0 is the lowest point.",
        ),
        Property(
            "a longer q needs a smaller t",
            lambda search, g, H, q, factor: equal(
                "factor · search(g, H, factor·q)", factor * search(g, H, factor * q), search(g, H, q)
            ),
            "The move tq is the same however long q is.",
        ),
        Property(
            "at the lowest point the slope along q is zero",
            _slope_is_gone,
            "The slope along q at t is q·(g + tHq).",
            "t = −(q·g)/(q·Hq).",
        ),
    ],
    mistakes=[
        Mistake(lambda g, H, q: (q @ g) / (q @ H @ q), "This walks uphill: the sign is missing."),
        Mistake(lambda g, H, q: -(g @ g) / (q @ H @ q), "g·g belongs to q = g alone; the slope along q is q·g."),
        Mistake(lambda g, H, q: -(q @ g) / (q @ q), "The curvature along q, q·Hq, is missing."),
        Mistake(lambda g, H, q: -(q @ g) / (q @ H @ q) * q, "This is the move tq, a vector; only t is wanted."),
    ],
)


def _lands(lengths, g, H):
    Q = np.linalg.eigh(H)[1]
    equal("the gradient after all moves", g + H @ Q @ as_numbers("lengths(g, H, Q)", lengths(g, H, Q)), 0 * g)


lengths: Exercise = Exercise(
    "06.2",
    r"""The columns of `Q` are the eigenvectors of `H`, of length 1 and perpendicular to one another. Write `lengths(g,
H, Q)`: the vector of the n step lengths $t_i$ along them after which the bowl's minimum is reached. Find them
from $Q^T H Q$, without solving a system.""",
    strategies={
        "g": inputs.vectors(),
        "H": inputs.definite(),
        "diagonal": inputs.vectors(entries=inputs.positive(8)),
    },
    properties=[
        Property(
            "where H is diagonal they are −g/H, entry by entry",
            lambda lengths, g, diagonal: equal(
                "lengths(g, diag, I)", lengths(g, np.diag(diagonal), np.eye(len(g))), -g / diagonal
            ),
            "Along the axis i the slope is gᵢ and the curvature Hᵢᵢ.",
        ),
        Property(
            "all the moves together end at the minimum",
            _lands,
            "Along q the slope is q·g, and the curvature is the entry of QᵀHQ on the diagonal.",
            "tᵢ = −(Qᵀg)ᵢ/(QᵀHQ)ᵢᵢ.",
        ),
        Property(
            "the order of the columns does not matter",
            lambda lengths, g, H: equal(
                "Q·t with the columns reversed",
                (lambda Q: Q[:, ::-1] @ lengths(g, H, Q[:, ::-1]))(np.linalg.eigh(H)[1]),
                -np.linalg.solve(H, g),
            ),
            "Use the Q that is given; np.linalg.eigh sorts its own.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda g, H, Q: -(Q @ g) / np.diag(Q.T @ H @ Q),
            "The slope along column i is (Qᵀg)ᵢ; Q g multiplies with the rows.",
        ),
        Mistake(
            lambda g, H, Q: -(Q.T @ g) / np.diag(H),
            "These are the curvatures along the axes, not along the eigenvectors.",
        ),
    ],
)


def _foreseen(measure, prediction):
    require(
        isinstance(prediction, dict)
        and set(prediction) == {"eigenvectors", "axes"}
        and all(isinstance(value, (bool, np.bool_)) for value in prediction.values()),
        "the prediction should be {'eigenvectors': True or False, 'axes': True or False}",
    )
    H = np.array([[2.0, 1.0], [1.0, 3.0]])
    for name, directions in (("eigenvectors", np.linalg.eigh(H)[1]), ("axes", np.eye(2))):
        ends = [np.asarray(measure(H, np.array([4.0, -1.0]), directions[:, order])) for order in ([0, 1], [1, 0])]
        differ = bool(np.linalg.norm(ends[0] - ends[1]) > 1e-6)
        require(
            differ == prediction[name],
            f"along the {name} the two orders end {'apart' if differ else 'at the same point'}; you predicted the"
            " opposite",
        )


def _walks(measure, H, x):
    Q = np.linalg.eigh(H)[1]
    equal("the point after searches along all eigenvectors", measure(H, x, Q), 0 * x)


order: Exercise = Exercise(
    "06.3",
    r"""On $\tfrac12 x^T H x$ you search along n directions, one after the other. Does the order matter for where you
end? Write down your `prediction`, `{"eigenvectors": ..., "axes": ...}` with True (it matters) or False. Then
write `measure(H, x, directions)`, which starts at `x`, searches exactly along the columns of `directions` from
left to right, and returns the point where it ends. Check both: `check("06.3", measure, prediction={...})`.""",
    given=["prediction"],
    strategies={"H": inputs.definite(), "x": inputs.vectors()},
    properties=[
        Property(
            "for one direction in one dimension it ends at 0",
            lambda measure: equal(
                "measure([[2]], [3], [[1]])", measure(np.array([[2.0]]), np.array([3.0]), np.array([[1.0]])), [0.0]
            ),
            "The gradient at x is Hx.",
        ),
        Property(
            "along the eigenvectors it ends at the minimum", _walks, "Search along each column: t = −(q·g)/(q·Hq)."
        ),
        Property(
            "along the axes, too, the last search leaves no slope along its axis",
            lambda measure, H, x: equal("the slope at the end", H[-1] @ measure(H, x, np.eye(len(x))), 0.0),
            "Compute the gradient anew after every move.",
        ),
        Property(
            "your prediction is what you measure",
            _foreseen,
            "A later search may spoil what an earlier one has won. When does it not?",
            "Moving along p changes the slope along q by q·Hp, which is zero for two eigenvectors.",
        ),
    ],
)


def _conjugate(conjugate, H, P):
    assume(abs(np.linalg.det(P)) > 0.1)
    D = as_numbers("conjugate(P, H)", conjugate(P, H))
    require(D.shape == P.shape, f"the result has shape {D.shape}; P has {P.shape}")
    G = D.T @ H @ D
    scale = np.sqrt(np.outer(np.diag(G), np.diag(G)))
    require(np.all(np.isfinite(D)) and np.all(np.diag(G) > 0), "some direction is zero or not finite")
    equal("DᵀHD beside its diagonal, relative to it", G / scale, np.eye(len(H)))


def _keeps_span(conjugate, H, P):
    assume(abs(np.linalg.det(P)) > 0.1)
    D = np.asarray(conjugate(P, H), float)
    for k in range(1, len(H) + 1):
        require(
            np.linalg.matrix_rank(np.hstack([D[:, :k], P[:, :k]]), tol=1e-6 * np.abs(np.hstack([D, P])).max()) == k,
            f"the first {k} directions do not span the same as the first {k} columns of P",
        )


conjugate: Exercise = Exercise(
    "06.4",
    r"""What made eigenvectors good directions was $q_i^T H q_j = 0$; such directions are called *conjugate*. Write
`conjugate(P, H)`, which makes the columns of the regular matrix `P` conjugate, from left to right: the first
column stays as it is, up to its length, and from each later one the parts along the earlier ones are taken
away. No eigenvector is needed.""",
    strategies={"H": inputs.definite(), "P": inputs.matrices(entries=inputs.numbers(-3, 3, 1))},
    properties=[
        Property(
            "for H = I the columns become perpendicular",
            lambda conjugate, P: _conjugate(conjugate, np.eye(len(P)), P),
            "This is Gram and Schmidt's method with the product p·Hq in place of p·q.",
        ),
        Property("the columns become conjugate", _conjugate, "Take from p its part along d: (p·Hd)/(d·Hd) d."),
        Property(
            "the first k columns span what they spanned",
            _keeps_span,
            "From each column take away parts along earlier ones only.",
        ),
    ],
    mistakes=[
        Mistake(lambda P, H: np.linalg.qr(P)[0], "These are perpendicular, not conjugate: put H between them."),
        Mistake(
            lambda P, H: np.linalg.eigh(H)[1],
            "The eigenvectors are conjugate, but do not span what the columns of P span.",
        ),
    ],
)

EXERCISES = (search, lengths, order, conjugate)
