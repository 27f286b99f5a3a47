"""Exercises of the notebook 07_conjugate_gradient."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


class _Counted:
    def __init__(self, A, most=np.inf):
        self.A, self.count, self.most = A, 0, most

    def __call__(self, v):
        self.count += 1
        require(self.count <= self.most, f"more than {self.most} products with A are used")
        return self.A @ np.asarray(v)


def _solved(name):
    def holds(cg, A, b):
        n = len(b)
        equal(f"A times {name}(product, b, {n})", A @ as_numbers(name, cg(_Counted(A, 2 * n + 2), b, n)), b, 1e-4)

    return holds


def _steepest(cg, A, b):
    assume(b.any())
    equal("cg(product, b, 1)", cg(_Counted(A), b, 1), b * (b @ b) / (b @ A @ b))


def _best_in_space(cg, A, b):
    assume(b.any())
    for steps in range(1, len(b)):
        K = np.stack([np.linalg.matrix_power(A, k) @ b for k in range(steps)], axis=1)
        x = as_numbers("cg", cg(_Counted(A), b, steps))
        r = b - A @ x
        for k in range(steps):
            equal(
                f"after {steps} steps the residual b − Ax times A^{k} b, relative to the latter",
                r @ K[:, k] / np.linalg.norm(K[:, k]),
                0.0,
                1e-4,
            )


cg: Exercise = Exercise(
    "07.1",
    r"""Write `cg(product, b, steps)`: conjugate gradients for $Ax = b$ from $x = 0$, with a positive definite $A$ that
is known by `product(v)` $= Av$ only, and one product a step. Ten lines are enough. Keep in mind that `b` may
be zero, and that it may be done before its `steps` are over.""",
    strategies={"A": inputs.definite(), "b": inputs.vectors()},
    properties=[
        Property(
            "for b = 0 it gives 0",
            lambda cg, A, b: equal("cg(product, 0, 2)", cg(_Counted(A), 0 * b, 2), 0 * b),
            "0/0 comes up as soon as the residual is zero: stop there.",
        ),
        Property(
            "its first step is steepest descent",
            _steepest,
            "The first direction is the residual b, the step along it r·r/(p·Ap).",
        ),
        Property(
            "after k steps no better point is within reach of k products",
            _best_in_space,
            "The next direction is the new residual plus β times the old direction.",
            "β = (new r·r)/(old r·r).",
        ),
        Property(
            "n steps solve the system, with about n products",
            _solved("cg"),
            "Keep Ap: it serves the step and the new residual.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda product, b, steps: _steepest_descent(product, b, steps),
            "These are steps of steepest descent: the directions are the residuals alone.",
        )
    ],
)


def _steepest_descent(product, b, steps):
    x = 0 * b
    for _ in range(steps):
        r = b - product(x)
        if not r.any():
            break
        x = x + r * (r @ r) / (r @ product(r))
    return x


def _count(measure, spectrum, expected):
    steps = measure(np.array(spectrum, float))
    require(steps == expected, f"measure({spectrum}) is {steps}; conjugate gradients end after {expected} there")


clusters: Exercise = Exercise(
    "07.2",
    r"""How many steps do conjugate gradients need where $A$ has 60 eigenvalues, all of them 1, 10 or 100? Write down
your `prediction`. Then write `measure(eigenvalues)`: the number of steps after which the residual of $Ax = b$
has fallen to $10^{-8}$ of its start, with a diagonal $A$ and $b = (1, \dots, 1)$. Check both: `check("07.2",
measure, prediction=...)`.""",
    given=["prediction"],
    properties=[
        Property(
            "for a multiple of the identity one step is enough",
            lambda measure: _count(measure, [3.0] * 5, 1),
            "Count the steps that were taken, and look at the residual after each.",
        ),
        Property(
            "for n well separated eigenvalues it takes n",
            lambda measure: _count(measure, [1.0, 4.0, 9.0, 16.0], 4),
            "Four directions are needed, no more.",
        ),
        Property(
            "your prediction is what you measure",
            lambda measure, prediction: require(
                measure(np.repeat([1.0, 10.0, 100.0], 20)) == prediction,
                f"you measure {measure(np.repeat([1.0, 10.0, 100.0], 20))} and predicted {prediction}",
            ),
            "After k steps the residual is p(A)b with the best polynomial p of degree k, p(0) = 1. When can p vanish"
            " at all eigenvalues?",
            "A polynomial of degree 3 may have its zeros at 1, 10 and 100.",
        ),
    ],
    examples=1,
)


def _newton_step(step, A, g):
    equal("H times the step", A @ as_numbers("step", step(g, A)), -g, 1e-4)


def _notebook(derivatives, hessian):
    direction = residual = derivatives
    ret = 0.0
    for _ in range(len(derivatives) - 1):
        denominator = direction @ hessian @ direction
        if denominator == 0:
            raise Exception("conjugate gradient denominator zero")
        alpha = residual @ residual / denominator
        ret += alpha * direction
        r = residual
        residual = residual - alpha * hessian @ direction
        direction = residual + (residual @ residual) / (r @ r) * direction
    return ret


notebook: Exercise = Exercise(
    "07.3",
    r"""Find the bugs. The notebook of the source contains this function, and adds what it returns to the weights. It
has three faults.

    def conjugate_gradient(derivatives, hessian):
        direction = derivatives
        residual = derivatives
        ret = 0.0
        for i in range(len(derivatives)-1):
            denominator = direction @ hessian @ direction
            numerator = residual @ residual
            if denominator == 0:
                raise Exception("conjugate gradient denominator zero")
            alpha = numerator/denominator
            ret += alpha * direction
            r = residual
            residual = residual - alpha * hessian @ direction
            beta = (residual @ residual)/(r @ r)
            direction = residual + beta * direction
        return ret

Write `step(derivatives, hessian)` as it should be: Newton's step by conjugate gradients.""",
    strategies={"A": inputs.definite(), "g": inputs.vectors(), "curvature": inputs.positive(4)},
    properties=[
        Property(
            "for one variable it is −g/H",
            lambda step, curvature: equal(
                "step([2], [[h]])", step(np.array([2.0]), np.array([[curvature]])), [-2 / curvature]
            ),
            "How often does the loop run for one variable?",
        ),
        Property(
            "for a zero gradient it is zero",
            lambda step, A, g: equal("step(0, H)", step(0 * g, A), 0 * g),
            "At a stationary point there is nothing to do, and nothing to complain about.",
        ),
        Property(
            "H times the step is −g",
            _newton_step,
            "Which system does the loop solve, Hs = g or Hs = −g? And after how many steps?",
            "n steps, and the sign at the end. Stop where the residual is zero.",
        ),
    ],
    mistakes=[
        Mistake(_notebook, "This is still the notebook's version."),
        Mistake(
            lambda g, A: -np.linalg.solve(A, g) if g.any() else 0.0,
            "Where the gradient is zero this returns the number 0.0 that it began with: begin with a vector of zeros.",
        ),
        Mistake(lambda g, A: np.linalg.solve(A, g), "This step goes uphill: it solves Hs = g."),
    ],
)


def _pcg_best(pcg, A, b, d):
    n = len(b)
    M = lambda v: v / d[:n]
    equal(
        f"A times pcg(product, b, precondition, {n})",
        A @ as_numbers("pcg", pcg(_Counted(A, 2 * n + 2), b, M, n)),
        b,
        1e-4,
    )


def _scaled(pcg, A, b, d):
    n = len(b)
    S = np.diag(np.sqrt(1 / d[:n]))
    inner = _reference(S @ A @ S, S @ b, 1)
    equal("the first step, with a diagonal preconditioner", pcg(_Counted(A), b, lambda v: v / d[:n], 1), S @ inner)


def _reference(A, b, steps):
    return b * (b @ b) / (b @ A @ b) if b.any() else b


pcg: Exercise = Exercise(
    "07.4",
    r"""Write `pcg(product, b, precondition, steps)`: conjugate gradients with a preconditioner. `precondition(r)`
returns $M^{-1} r$ for a positive definite $M$ that resembles $A$. Only the residuals are preconditioned: with
$z = M^{-1} r$ the directions are made of $z$, and $r \cdot r$ becomes $r \cdot z$.""",
    strategies={"A": inputs.definite(), "b": inputs.vectors(), "d": inputs.vectors(st.just(4), inputs.positive(4))},
    properties=[
        Property(
            "for b = 0 it gives 0",
            lambda pcg, A, b: equal("pcg(product, 0, …)", pcg(_Counted(A), 0 * b, lambda v: v, 2), 0 * b),
            "Stop where the residual is zero.",
        ),
        Property(
            "with A⁻¹ as preconditioner one step is enough",
            lambda pcg, A, b: equal(
                "A x after one step",
                A @ as_numbers("pcg", pcg(_Counted(A), b, lambda v: np.linalg.solve(A, v), 1)),
                b,
                1e-4,
            ),
            "Two things change in the first step: its direction is z, and above the line of α stands r·z.",
            "p = z and α = r·z/(p·Ap).",
        ),
        Property("its first step is steepest descent in the scale of M", _scaled, "α = r·z/(p·Ap), with p = z."),
        Property("n steps solve the system", _pcg_best, "β = (new r·z)/(old r·z)."),
    ],
    mistakes=[
        Mistake(
            lambda product, b, precondition, steps: _steepest_descent(product, b, steps),
            "The preconditioner is not used, and the directions are the residuals.",
        )
    ],
)

_gradients = inputs.vectors()
beta: Exercise = Exercise(
    "07.5",
    r"""Fletcher and Reeves' $\beta = \|g_{new}\|^2/\|g\|^2$ is the exact one on a bowl. Polak and Ribière's is the
same there and forgets better elsewhere: it has $g_{new} \cdot (g_{new} - g)$ above the line, and PR+ sets
negative values to zero. Write `beta(g_new, g)` for PR+.""",
    strategies={"g": _gradients.filter(lambda g: g.any()), "h": _gradients},
    properties=[
        Property(
            "for perpendicular gradients, as on a bowl, it is that of Fletcher and Reeves",
            lambda beta, g, h: equal(
                "beta", beta(h - g * (g @ h) / (g @ g), g), np.sum((h - g * (g @ h) / (g @ g)) ** 2) / (g @ g)
            ),
            "Divide by the old gradient's square.",
        ),
        Property(
            "where nothing has changed it is zero: the method starts anew",
            lambda beta, g: equal("beta(g, g)", beta(g, g), 0.0),
            "g_new − g is zero then.",
        ),
        Property(
            "it is never negative",
            lambda beta, g, h: require(beta(h, g) >= 0, f"it is {beta(h, g):.4g}"),
            "max(0, …).",
        ),
        Property(
            "where positive it is linear in the difference",
            lambda beta, g, h: equal("beta", beta(h, g), max(0.0, h @ (h - g)) / (g @ g)),
            "Above the line stands g_new·(g_new − g).",
        ),
    ],
    mistakes=[
        Mistake(lambda h, g: h @ h / (g @ g), "This is Fletcher and Reeves' β."),
        Mistake(lambda h, g: h @ (h - g) / (g @ g), "This is Polak and Ribière's; PR+ is never negative."),
        Mistake(lambda h, g: abs(h @ (h - g)) / (g @ g), "Negative values become zero, not positive."),
    ],
)

EXERCISES = (cg, clusters, notebook, pcg, beta)
