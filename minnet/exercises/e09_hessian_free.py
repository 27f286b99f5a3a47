"""Exercises of the notebook 09_hessian_free: curvature by products, damping and preconditioning."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _counted(rule, most):
    calls = []

    def counted(*args):
        calls.append(1)
        require(len(calls) <= most, f"more than {most} evaluations of the gradient are used")
        return rule(*args)

    return counted


by_differences: Exercise = Exercise(
    "09.1",
    r"""Write `hvp(gradient, x, v)`: the Hessian times `v` from two evaluations of the gradient, without forming the
Hessian. Choose the step such that a long `v` and a short one are served alike.""",
    strategies={
        "A": inputs.symmetric(),
        "x": inputs.vectors(),
        "v": inputs.vectors(),
        "scale": st.sampled_from([1.0, 1e6, 1e-6]),
    },
    properties=[
        Property(
            "for v = 0 it is 0",
            lambda hvp, A, x: equal("hvp of 0", hvp(lambda x: A @ x, x, 0 * x), 0 * x),
            "Dividing by the length of v needs care.",
        ),
        Property(
            "on a quadratic it is Av",
            lambda hvp, A, x, v: equal("hvp(gradient, x, v)", hvp(lambda x: A @ x, x, v), A @ v, 1e-4),
            "The gradient changes by about h·Hv along h·v.",
        ),
        Property(
            "it takes two evaluations",
            lambda hvp, A, x, v: require(
                np.shape(hvp(_counted(lambda x: A @ x, 2), x, v)) == x.shape, "the shape is not that of x"
            ),
            "One at x + hv, one at x − hv.",
        ),
        Property(
            "its error falls as h²: it is central",
            lambda hvp, x, v: equal("Hv for Σ exp(xᵢ)", hvp(np.exp, x / 8, v / 8), np.exp(x / 8) * v / 8, 1e-7),
            "One-sided differences leave an error of h.",
        ),
        Property(
            "the length of v does not spoil it",
            lambda hvp, x, v, scale: equal(
                "hvp of scale·v, divided by the scale",
                hvp(np.exp, x / 8, scale * v / 8) / scale,
                np.exp(x / 8) * v / 8,
                1e-6,
            ),
            "A step h·v with |v| = 10⁶ leaves the neighbourhood of x.",
            "h = 1e-5/‖v‖.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda gradient, x, v: (gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v)) / 2e-5,
            "A long v makes this step far too long, a short one too short: divide the step by the length of v.",
        )
    ],
)

_M, _P = inputs.size("M", 1, 3), inputs.size("P", 1, 3)
ggn_product: Exercise = Exercise(
    "09.2",
    r"""The Gauss-Newton matrix is $J^T L J$: $J$ is the derivative of the network's outputs by the weights, $L$ the
Hessian of the loss by the outputs. Neither $J$ nor $J^TLJ$ fits into memory. Given are functions: `Jv(v)` is
$Jv$, `JTu(u)` is $J^T u$, `Lu(u)` is $Lu$. Write `product(Jv, JTu, Lu, v)`, the Gauss-Newton matrix times `v`.""",
    strategies={"J": inputs.matrices(_M, _P), "L": inputs.definite(_M), "v": inputs.vectors(_P)},
    properties=[
        Property(
            "for J = 1 and L = 1 it is v",
            lambda product, v: equal("product", product(lambda v: v, lambda u: u, lambda u: u, v), v),
            "Call the three functions one after the other.",
        ),
        Property(
            "its shape is that of v",
            lambda product, J, L, v: require(
                (shape := np.shape(product(lambda v: J @ v, lambda u: J.T @ u, lambda u: L @ u, v))) == v.shape,
                f"product(…, v) has shape {shape}; v has shape {v.shape}",
            ),
            "Read the product from right to left.",
        ),
        Property(
            "it is JᵀLJ v",
            lambda product, J, L, v: equal(
                "product(…, v)", product(lambda v: J @ v, lambda u: J.T @ u, lambda u: L @ u, v), J.T @ L @ J @ v
            ),
            "Forward to the outputs, through the loss, backward to the weights.",
        ),
    ],
    mistakes=[Mistake(lambda Jv, JTu, Lu, v: JTu(Jv(v)), "The Hessian of the loss is missing between the two.")],
)

ratio: st.SearchStrategy[float] = st.sampled_from([-1.0, 0.0, 0.2, 0.25, 0.3, 0.5, 0.75, 0.8, 1.0, 2.0])
levenberg: Exercise = Exercise(
    "09.3",
    r"""The step was made with the damping $\lambda$. The model promised a reduction; `ratio` is what the loss really
fell by, divided by the promise. Write `adapt(lam, ratio)`, Levenberg and Marquardt's rule: where the ratio is
below 1/4, λ grows by the factor 3/2; where it is above 3/4, λ shrinks by 2/3; else it stays.""",
    strategies={"lam": inputs.positive(8), "ratio": ratio},
    properties=[
        Property(
            "a good step lowers the damping",
            lambda adapt, lam: require(adapt(lam, 1.0) < lam, f"it is {adapt(lam, 1.0):g}"),
            "A ratio near 1 says that the model can be trusted.",
        ),
        Property(
            "a bad step raises it",
            lambda adapt, lam: require(adapt(lam, 0.0) > lam, f"it is {adapt(lam, 0.0):g}"),
            "A ratio near 0 says that the model promised too much. And where the loss rose?",
        ),
        Property(
            "it grows by the factor 3/2 and shrinks by the factor 2/3",
            lambda adapt, lam: equal("adapt(lam, −1) and adapt(lam, 2)", [adapt(lam, -1.0), adapt(lam, 2.0)],
                                     [1.5 * lam, 2 / 3 * lam]),
            "Multiply: a λ of 0.001 and one of 1000 are to change in the same proportion.",
        ),
        Property(
            "the limits are those of the rule",
            lambda adapt, lam, ratio: equal(
                f"adapt({lam:g}, {ratio:g})",
                adapt(lam, ratio),
                lam * (1.5 if ratio < 0.25 else 2 / 3 if ratio > 0.75 else 1),
            ),
            "At 1/4 and 3/4 themselves it stays.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda lam, ratio: lam * (2 / 3 if ratio < 0.25 else 1.5 if ratio > 0.75 else 1),
            "This raises the damping after good steps.",
        )
    ],
)


def _cg_count(matrix_diagonal, lam):
    d = matrix_diagonal + lam
    x, r = np.zeros(len(d)), np.ones(len(d))
    p, start = r, np.linalg.norm(r)
    for k in range(1, 10000):
        alpha = r @ r / (p @ (d * p))
        x, new = x + alpha * p, r - alpha * d * p
        if np.linalg.norm(new) <= 1e-6 * start:
            return k
        p, r = new + new @ new / (r @ r) * p, new
    return k


def _near_prediction(measure, prediction):
    first, second = float(measure(0.0)), float(measure(99.0))
    require(
        prediction > 0 and 1 / 1.6 < prediction / (first / second) < 1.6,
        f"undamped you measure {first:.0f}, damped {second:.0f} iterations, a ratio of {first / second:.2g}; "
        f"you predicted {prediction:.2g}, and within a factor of 1.6 is near enough",
    )


inner: Exercise = Exercise(
    "09.4",
    r"""Damping makes the inner iteration cheaper, too. $A$ is diagonal with the 2000 eigenvalues `np.geomspace(1,
10000, 2000)`. How many times fewer iterations do conjugate gradients need for $A + 99 I$ than for $A$, for a
residual of $10^{-6}$? Write down your `prediction`, from the condition numbers. Then write `measure(lam)`, the
number of iterations for $(A + \lambda I)x = (1, \dots, 1)$. Check both: `check("09.4", measure,
prediction=...)`.""",
    given=["prediction"],
    properties=[
        Property(
            "heavy damping leaves a handful",
            lambda measure: require(
                1 <= measure(1e6) <= 6, f"measure(10⁶) is {measure(1e6)}; A + 10⁶·I is nearly a multiple of I"
            ),
            "λ stands on the diagonal.",
        ),
        Property(
            "it counts the iterations of conjugate gradients",
            lambda measure: [
                require(
                    abs(measure(lam) - _cg_count(np.geomspace(1, 1e4, 2000), lam))
                    <= 0.05 * _cg_count(np.geomspace(1, 1e4, 2000), lam) + 1,
                    f"measure({lam:g}) is {measure(lam)}; it takes {_cg_count(np.geomspace(1, 1e4, 2000), lam)}",
                )
                for lam in (99.0, 1000.0)
            ]
            and None,
            "Stop where the residual is at most 10⁻⁶ of its start, √2000.",
        ),
        Property(
            "your prediction is what you measure",
            _near_prediction,
            "The iterations grow with √κ, where the small eigenvalues count. What are the two condition numbers?",
            "10000/1 and 10099/100, and the root of each: 100 and 10.",
        ),
    ],
    examples=1,
)


def _badly_scaled(seed, n=30):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    D = np.diag(10.0 ** rng.uniform(-2, 2, n))
    return D @ (Q * rng.uniform(1, 3, n)) @ Q.T @ D


def _pcg_count(A, apply):
    b = A @ np.ones(len(A))
    x, r = 0 * b, b
    z = p = apply(r)
    for k in range(1, 400):
        q = A @ p
        alpha = r @ z / (p @ q)
        x, new = x + alpha * p, r - alpha * q
        if np.linalg.norm(new) <= 1e-6 * np.linalg.norm(b):
            return k
        z_new = apply(new)
        p, r, z = z_new + new @ z_new / (r @ z) * p, new, z_new
    return k


def _fewer(make, seed):
    A = _badly_scaled(seed)
    M = make(np.diag(A).copy())
    apply = lambda r: as_numbers("precondition(r)", M(r.copy()))
    plain, ours = _pcg_count(A, lambda r: r), _pcg_count(A, apply)
    require(
        ours <= plain / 2,
        f"conjugate gradients take {plain} iterations without it and {ours} with it; at most half are wanted",
    )


def _sound(make, diagonal):
    M = make(diagonal)
    require(callable(M), "make(diagonal) should return a function of a vector")
    matrix = np.stack([as_numbers("precondition(r)", M(unit)) for unit in np.eye(len(diagonal))], axis=1)
    equal("its matrix less the transpose", matrix - matrix.T, 0 * matrix)
    require(np.linalg.eigvalsh(matrix).min() > 0, "its matrix has an eigenvalue that is not positive")


precondition: Exercise = Exercise(
    "09.5",
    r"""Design a preconditioner. Some weights are a thousand times as sensitive as others, and conjugate gradients
crawl. All you know of the positive definite $A$ is its `diagonal`. Write `make(diagonal)`, which returns a
function `precondition(r)`: a symmetric positive definite matrix times `r`, with which the iterations are at
most half as many.""",
    strategies={"diagonal": inputs.vectors(entries=inputs.positive(8)), "seed": inputs.seeds()},
    properties=[
        Property("it is symmetric and positive definite", _sound, "Multiply each entry by a positive number."),
        Property(
            "it halves the iterations, at least",
            _fewer,
            "M should resemble A; M⁻¹r is wanted, not M r.",
            "r/diagonal is Jacobi's.",
        ),
    ],
    examples=10,
    mistakes=[
        Mistake(
            lambda diagonal: lambda r: r * diagonal,
            "This multiplies by the diagonal: it makes the scales worse. M⁻¹ is wanted.",
        )
    ],
)

EXERCISES = (by_differences, ggn_product, levenberg, inner, precondition)
