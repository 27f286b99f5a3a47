"""Exercises of the notebook 08_quasi_newton: learning the curvature on the way."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]

secant: Exercise = Exercise(
    "08.1",
    r"""In one dimension Newton's step needs the curvature. You know the gradients `g0` and `g1` at two points `x0` and
`x1`: the curvature between them is $(g_1 - g_0)/(x_1 - x_0)$. Write `next_point(x0, x1, g0, g1)`: Newton's
step from `x1` with this curvature. It returns the new point.""",
    strategies={
        "x": inputs.numbers(),
        "distance": inputs.positive(4),
        "h": inputs.positive(4),
        "minimum": inputs.numbers(),
    },
    properties=[
        Property(
            "where the gradient at x1 is zero it stays",
            lambda next_point, x, distance: equal("next_point", next_point(x, x + distance, -1.0, 0.0), x + distance),
            "The step is −g1 divided by the curvature.",
        ),
        Property(
            "on a parabola it ends at the minimum",
            lambda next_point, x, distance, h, minimum: equal(
                "next_point", next_point(x, x + distance, h * (x - minimum), h * (x + distance - minimum)), minimum
            ),
            "Mind which difference is above the line.",
        ),
        Property(
            "the order of the two points does not matter on a parabola",
            lambda next_point, x, distance, h, minimum: equal(
                "next_point", next_point(x + distance, x, h * (x + distance - minimum), h * (x - minimum)), minimum
            ),
            "Start from the second point, x1.",
        ),
    ],
    mistakes=[
        Mistake(lambda x0, x1, g0, g1: x1 + g1 * (x1 - x0) / (g1 - g0), "This climbs: the sign is wrong."),
        Mistake(
            lambda x0, x1, g0, g1: x1 - g1 * (g1 - g0) / (x1 - x0),
            "You multiply by the curvature; Newton divides by it.",
        ),
    ],
)


LENGTHS = inputs.size(low=2)


@st.composite
def _curved_pairs(draw, n=LENGTHS):
    A, s = draw(inputs.definite(n)), draw(inputs.vectors(n, inputs.numbers(-3, 3, 1)).filter(lambda s: s.any()))
    return s, A @ s


_n2 = inputs.size(low=2)
_B = inputs.definite(_n2)
_PAIRS = _curved_pairs()


def _both(bfgs, B, pair):
    result = bfgs(B, np.linalg.inv(B), *pair)
    require(
        isinstance(result, (tuple, list, np.ndarray)) and len(result) == 2,
        "bfgs(B, H, s, y) should return the pair of the new B and the new H",
    )
    return [as_numbers(name, part) for name, part in zip(("the new B", "the new H"), result)]


def _keeps(matrix, new, v, name):
    U = np.linalg.svd(v[None])[2][1:]
    equal(
        f"u·{name}w, for all u and w of a basis perpendicular to {'s' if name == 'H' else 'y'},",
        U @ new @ U.T,
        U @ matrix @ U.T,
    )


bfgs: Exercise = Exercise(
    "08.2",
    r"""A step $s$ changed the gradient by $y$. BFGS corrects its matrix $B$ (for the Hessian) by two matrices of rank
one such that $B_{new} s = y$: $$B_{new} = B - \frac{B s s^T B}{s^T B s} + \frac{y y^T}{y^T s}, \qquad H_{new}
= (I - \rho s y^T) H (I - \rho y s^T) + \rho s s^T, \quad \rho = \frac{1}{y^T s},$$ where $H = B^{-1}$. Write
`bfgs(B, H, s, y)`, which returns `(B_new, H_new)`, with about n² operations for each.""",
    strategies={"B": _B, "pair": _PAIRS},
    properties=[
        Property(
            "the secant equation holds: B_new s = y",
            lambda bfgs, B, pair: equal("B_new s", _both(bfgs, B, pair)[0] @ pair[0], pair[1]),
            "Check the term that is taken away: it removes what B says about s.",
        ),
        Property(
            "and H_new y = s",
            lambda bfgs, B, pair: equal("H_new y", _both(bfgs, B, pair)[1] @ pair[1], pair[0]),
            "(I − ρ y sᵀ)y is zero.",
        ),
        Property(
            "both are symmetric",
            lambda bfgs, B, pair: [
                equal("the matrix less its transpose", M - M.T, 0 * M) for M in _both(bfgs, B, pair)
            ]
            and None,
            "Each term should equal its own transpose.",
        ),
        Property(
            "they are each other's inverse",
            lambda bfgs, B, pair: equal("B_new H_new", np.matmul(*_both(bfgs, B, pair)), np.eye(len(B))),
            "One of them is BFGS, the other is not.",
        ),
        Property(
            "of directions perpendicular to s, H learns nothing",
            lambda bfgs, B, pair: _keeps(np.linalg.inv(B), _both(bfgs, B, pair)[1], pair[0], "H"),
            "This is what tells BFGS from DFP, in which B has this property with y.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda B, H, s, y: _dfp_pair(B, H, s, y),
            "This is DFP: the roles of s and y, and of B and H, are exchanged.",
        )
    ],
    examples=15,
)


def _dfp_pair(B, H, s, y):
    left = np.eye(len(s)) - np.outer(y, s) / (y @ s)
    return left @ B @ left.T + np.outer(y, y) / (y @ s), _dfp(H, s, y)


def _dfp(H, s, y):
    return H - np.outer(H @ y, H @ y) / (y @ H @ y) + np.outer(s, s) / (y @ s)


def _bfgs(H, s, y):
    left = np.eye(len(s)) - np.outer(s, y) / (y @ s)
    return left @ H @ left.T + np.outer(s, s) / (y @ s)


dfp: Exercise = Exercise(
    "08.3",
    r"""Find the bug. This is sold as DFP's update of the inverse Hessian H.

    def dfp(H, s, y):
        left = np.eye(len(s)) - np.outer(s, y) / (y @ s)
        return left @ H @ left.T + np.outer(s, s) / (y @ s)

All tests of the secant equation pass. Write `dfp(H, s, y)` as it should be. What distinguishes DFP is what it
does to $B = H^{-1}$: of directions perpendicular to $y$, B learns nothing.""",
    strategies={"B": _B, "pair": _PAIRS},
    properties=[
        Property(
            "the secant equation holds: H_new y = s",
            lambda dfp, B, pair: equal("H_new y", as_numbers("dfp", dfp(B, *pair)) @ pair[1], pair[0]),
            "The function above has this property, so the bug is elsewhere; keep H_new y = s.",
        ),
        Property(
            "it is symmetric",
            lambda dfp, B, pair: equal(
                "the matrix less its transpose", dfp(B, *pair) - np.transpose(dfp(B, *pair)), 0 * B
            ),
            "The function above has this property, too: each term should equal its own transpose.",
        ),
        Property(
            "it stays positive definite where s·y > 0",
            lambda dfp, B, pair: require(
                np.linalg.eigvalsh(dfp(B, *pair)).min() > 0, "some eigenvalue is not positive"
            ),
            "Take away no more than Hy·yᵀH/(y·Hy).",
        ),
        Property(
            "of directions perpendicular to y, B learns nothing",
            lambda dfp, B, pair: _keeps(np.linalg.inv(B), np.linalg.inv(dfp(B, *pair)), pair[1], "B"),
            "BFGS and DFP go over into each other when s and y, B and H are exchanged.",
            "H − H y yᵀ H/(yᵀHy) + s sᵀ/(yᵀs).",
        ),
    ],
    mistakes=[Mistake(_bfgs, "This is still BFGS.")],
    examples=15,
)


def _dense(pairs, gamma, n):
    H = gamma * np.eye(n)
    for s, y in pairs:
        H = _bfgs(H, s, y)
    return H


_pairs = st.lists(_PAIRS, min_size=1, max_size=3)
two_loop: Exercise = Exercise(
    "08.4",
    r"""L-BFGS keeps the last pairs $(s, y)$ instead of a matrix. Write `product(pairs, g, gamma)`: BFGS's matrix $H$,
made from $\gamma I$ by the `pairs` in turn (the oldest first), times `g`. Use two loops over the pairs, and no
matrix.""",
    strategies={"pairs": _pairs, "g": inputs.vectors(_n2), "gamma": st.sampled_from([1.0, 0.5, 2.0])},
    properties=[
        Property(
            "without pairs it is gamma·g",
            lambda product, g, gamma: equal("product([], g, gamma)", product([], g, gamma), gamma * g),
            "H is γI then.",
        ),
        Property(
            "it leads from the last y to the last s",
            lambda product, pairs, gamma: equal("H y", product(pairs, pairs[-1][1], gamma), pairs[-1][0]),
            "The newest pair comes first in the first loop, last in the second.",
        ),
        Property(
            "it is linear in g",
            lambda product, pairs, g, gamma: equal(
                "product of 2g", product(pairs, 2 * g, gamma), 2 * np.asarray(product(pairs, g, gamma))
            ),
            "No constant, no norm.",
        ),
        Property(
            "it equals the matrix times g",
            lambda product, pairs, g, gamma: equal(
                "product(pairs, g, gamma)", product(pairs, g, gamma), _dense(pairs, gamma, len(g)) @ g
            ),
            "First loop, newest first: α = ρ s·q, q ← q − α y. Then r = γq. Second loop, oldest first.",
            "Second loop: β = ρ y·r, r ← r + (α − β) s.",
        ),
    ],
    examples=15,
    mistakes=[
        Mistake(
            lambda pairs, g, gamma: _dense(pairs[::-1], gamma, len(g)) @ g,
            "The pairs are taken in the wrong order: the newest is the last in the list.",
        )
    ],
)


def _psb_of_identity(s, y):
    r = y - s
    return np.eye(len(s)) + (np.outer(r, s) + np.outer(s, r)) / (s @ s) - (s @ r) * np.outer(s, s) / (s @ s) ** 2


def _a_pair(spoil, n):
    result = spoil(n)
    require(
        isinstance(result, (tuple, list, np.ndarray)) and len(result) == 2,
        "spoil(n) should return a pair of vectors s, y",
    )
    s, y = (as_numbers(name, part).astype(float) for name, part in zip("sy", result))
    require(s.shape == y.shape == (n,), f"s and y have shapes {s.shape} and {y.shape}; expected ({n},)")
    return s, y


spoil: Exercise = Exercise(
    "08.5",
    r"""The update that changes $B$ least in the plain Frobenius norm, and keeps it symmetric, is Powell's symmetric
Broyden update (PSB). It may lose positive definiteness though the pair is innocent, $s^T y > 0$. Start from $B
= I$, for which it gives $$B_{new} = I + \frac{r s^T + s r^T}{s^T s} - \frac{(s^T r)\, s s^T}{(s^T s)^2}, \quad
r = y - s .$$ Write `spoil(n)`, which returns a pair `(s, y)` of vectors of length n ≥ 2 with $s^T y > 0$ that
makes $B_{new}$ indefinite.""",
    strategies={"n": st.integers(2, 6)},
    properties=[
        Property(
            "s·y is positive",
            lambda spoil, n: require(
                (lambda s, y: s @ y)(*_a_pair(spoil, n)) > 0, f"it is {(lambda s, y: s @ y)(*_a_pair(spoil, n)):.4g}"
            ),
            "Let y have a part along s.",
        ),
        Property(
            "PSB's matrix has a negative eigenvalue",
            lambda spoil, n: require(
                np.linalg.eigvalsh(_psb_of_identity(*_a_pair(spoil, n)))[0] < -1e-8,
                f"the smallest is {np.linalg.eigvalsh(_psb_of_identity(*_a_pair(spoil, n)))[0]:.4g}",
            ),
            "In two dimensions, with s = (1, 0) and y = (a, b), B_new is [[a, b], [b, 1]]. When is its determinant"
            " negative?",
            "Let b be larger than √a, with a > 0.",
        ),
    ],
    examples=5,
)


def _memories(measure, prediction):
    require(prediction >= 1, "the prediction should be a number of pairs, at least 1")
    require(
        measure(prediction) < 1e-6,
        f"with the memory {prediction} the two methods end {measure(prediction):.2g} apart",
    )
    require(
        measure(prediction - 1) > 1e-6,
        f"with {prediction - 1} pairs they end {measure(prediction - 1):.2g} apart already; a smaller memory is"
        " enough",
    )


memory: Exercise = Exercise(
    "08.6",
    r"""BFGS and L-BFGS take 6 steps on $\tfrac12 x^T \mathrm{diag}(1, 2, \dots, 8)\, x$ from $(1, \dots, 1)$, with
exact line searches and $H_0 = I$ for both, unscaled. From which memory on (how many pairs) do they take the
same 6 steps? Write down your `prediction`. Then write `measure(memory)`, the distance between the two points
after 6 steps. Check both: `check("08.6", measure, prediction=...)`.""",
    given=["prediction"],
    properties=[
        Property(
            "with all pairs they are the same",
            lambda measure: require(measure(6) < 1e-6, f"measure(6) is {measure(6):.2g}"),
            "Use the same H₀ and the same line search: t = −(p·g)/(p·Ap).",
        ),
        Property(
            "without any pair they are not",
            lambda measure: require(measure(0) > 1e-3, f"measure(0), which is steepest descent, is {measure(0):.2g}"),
            "Forget all but the newest pairs.",
        ),
        Property(
            "your prediction is what you measure",
            _memories,
            "Five pairs exist when the sixth direction is computed. Does it need them all? Measure, then explain.",
            "With exact line searches on a bowl both methods walk along conjugate directions; what do conjugate"
            " gradients keep of the past?",
        ),
    ],
    examples=1,
)
EXERCISES = (secant, bfgs, dfp, two_loop, spoil, memory)
