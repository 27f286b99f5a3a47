"""Exercises of the notebook 04_curvature: Hessians, condition numbers and the Gauss-Newton matrix."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]

hessian_of_form: Exercise = Exercise(
    "04.1",
    r"""Let $f(x) = \tfrac12 x^T A x$ with any square matrix $A$, symmetric or not. Write `hessian_of_form(A)`, the
Hessian of $f$.""",
    strategies={"A": inputs.matrices(), "S": inputs.symmetric(), "x": inputs.vectors()},
    properties=[
        Property(
            "for a symmetric A it is A",
            lambda hessian, S: equal("hessian_of_form(A)", hessian(S), S),
            "Differentiate ½ Σ Aᵢⱼ xᵢ xⱼ by xₖ.",
        ),
        Property(
            "it is symmetric",
            lambda hessian, A: equal(
                "hessian_of_form(A) − its transpose", hessian(A) - np.transpose(hessian(A)), 0 * A
            ),
            "xₖ appears as xᵢ and as xⱼ: two terms.",
            "∇f = ½(A + Aᵀ)x.",
        ),
        Property(
            "½ xᵀHx has the values of f",
            lambda hessian, A, x: equal("½ xᵀHx", x @ hessian(A) @ x / 2, x @ A @ x / 2),
            "Mind the ½.",
        ),
    ],
    mistakes=[
        Mistake(lambda A: A, "A itself is no Hessian unless it is symmetric."),
        Mistake(lambda A: A + A.T, "The ½ is missing."),
    ],
)


class _Products:
    """A matrix of known spectrum that can be multiplied by, and counts how often it is."""

    def __init__(self, spectrum, seed):
        Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(spectrum), len(spectrum))))[0]
        self.A, self.count = (Q * spectrum) @ Q.T, 0

    def __call__(self, v):
        self.count += np.ndim(v) and np.shape(v)[1:] == () or np.shape(v)[-1]
        require(self.count <= 2000, "more than 2000 products are used")
        return self.A @ np.asarray(v)


def _condition(condition, spectrum, seed):
    spectrum = np.sort(spectrum)
    product = _Products(spectrum, seed)
    equal("condition(product, n)", condition(product, len(spectrum)), spectrum[-1] / spectrum[0], 0.03)


_spectra = st.lists(st.integers(1, 20).map(float), min_size=2, max_size=5, unique=True).filter(
    lambda values: all(a / b > 1.2 for a, b in zip(sorted(values)[1:], sorted(values)))
)
condition: Exercise = Exercise(
    "04.2",
    r"""A positive definite $H$ of size n is known by its products only: `product(v)` returns $Hv$. Write
`condition(product, n)`, which finds $\kappa = \lambda_{\max}/\lambda_{\min}$ to 3 % with at most 2000
products.""",
    strategies={"spectrum": _spectra, "seed": inputs.seeds(), "scale": st.sampled_from([1.0, 3.0, 0.25])},
    properties=[
        Property(
            "for a multiple of the identity it is 1",
            lambda condition, scale: _condition(condition, np.full(3, scale), 0),
            "Multiply a random vector by H again and again: it turns towards the eigenvector of λmax, and vᵀHv tells"
            " λmax.",
        ),
        Property(
            "it is right for two eigenvalues",
            lambda condition, seed: _condition(condition, np.array([1.0, 4.0]), seed),
            "For λmin use a matrix whose largest eigenvalue is known from λmin.",
            "λmax·I − H has the largest eigenvalue λmax − λmin.",
        ),
        Property(
            "it is right for any spectrum",
            _condition,
            "Start from a random vector, and take some hundred products each way.",
        ),
        Property(
            "the unit of H does not matter",
            lambda condition, seed, scale: _condition(condition, scale * np.array([1.0, 2.0, 8.0]), seed),
            "Divide by the length of v in every step.",
        ),
    ],
    examples=15,
    mistakes=[Mistake(lambda product, n: _largest(product, n), "This is λmax; the condition number is λmax/λmin.")],
)


def _largest(product, n):
    v = np.random.default_rng(0).standard_normal(n)
    for _ in range(300):
        v = product(v)
        v = v / np.linalg.norm(v)
    return v @ product(v)


def _by_products(ggn, X, K):
    N, J = X.shape
    gradient = lambda W: (X @ W.reshape(K, J).T).T @ X / N
    equal("gauss_newton(X, K)", ggn(X, K), np.stack([gradient(unit).ravel() for unit in np.eye(K * J)], axis=1))


_J, _K, _N = inputs.size("J", 1, 3), inputs.size("K", 1, 2), inputs.size("N", 1, 4)
ggn: Exercise = Exercise(
    "04.3",
    r"""A linear network $z = Wx$ without biases has the loss $\tfrac{1}{2N}\sum_n \|Wx_n - y_n\|^2$; `X` (N, J) holds
the inputs row by row, there are `K` outputs, and $\theta$ holds $W$ row by row. Write `gauss_newton(X, K)`, its
Gauss-Newton matrix (KJ, KJ) by $\theta$. For a linear network it is the Hessian.""",
    strategies={"X": inputs.matrices(_N, _J, inputs.numbers(-3, 3, 1)), "K": _K},
    properties=[
        Property(
            "it has a row for each weight",
            lambda ggn, X, K: require(
                np.shape(ggn(X, K)) == (K * X.shape[1],) * 2,
                f"its shape is {np.shape(ggn(X, K))}; there are {K * X.shape[1]} weights",
            ),
            "θ has K·J entries.",
        ),
        Property(
            "for one output it is the mean of x xᵀ",
            lambda ggn, X: equal("gauss_newton(X, 1)", ggn(X, 1), X.T @ X / len(X)),
            "Differentiate ½(w·x − y)² twice by w.",
        ),
        Property(
            "it has no negative eigenvalue",
            lambda ggn, X, K: require(np.linalg.eigvalsh(ggn(X, K)).min() > -1e-8, "some eigenvalue is negative"),
            "It is a sum of terms JᵀJ.",
        ),
        Property(
            "it is the change of the gradient with each weight",
            _by_products,
            "Different outputs share no weight and do not see each other: the matrix consists of K equal blocks.",
            "np.kron(np.eye(K), …).",
        ),
    ],
    mistakes=[
        Mistake(
            lambda X, K: np.kron(X.T @ X / len(X), np.eye(K)),
            "The order of the weights is mixed up: this is for W column by column.",
        ),
        Mistake(lambda X, K: np.kron(np.eye(K), X.T @ X), "The mean over the examples is missing: divide by N."),
    ],
)


def _exponent(measure, prediction):
    counts = [float(measure(kappa)) for kappa in (100, 1000)]
    slope = np.log10(counts[1] / counts[0])
    require(
        abs(slope - prediction) < 0.1,
        f"from κ = 100 to 1000 you measure {counts[0]:.0f} and {counts[1]:.0f} iterations, a growth as κ^{slope:.2f};"
        f" you predicted κ^{prediction:.2f}",
    )


def _a_count(measure, kappa, low, high):
    count = float(as_numbers("measure(kappa)", measure(kappa)))
    require(
        low <= count <= high,
        f"measure({kappa}) is {count:g}; gradient descent with lr = 2/(1 + κ) needs between {low} and {high} steps",
    )


iterations: Exercise = Exercise(
    "04.4",
    r"""The iterations of gradient descent on $\tfrac12(x_1^2 + \kappa x_2^2)$ grow as a power $\kappa^p$. Write down
your `prediction` of $p$. Then write `measure(kappa)`: how many steps with the best rate, $2/(1 + \kappa)$, it
takes from (1, 1) to a distance from the origin of at most $10^{-6}$. Check both: `check("04.4", measure,
prediction=...)`.""",
    given=["prediction"],
    properties=[
        Property(
            "for κ = 1 one step is enough",
            lambda measure: _a_count(measure, 1, 1, 1),
            "With lr = 1 and λ = 1 the distance becomes 1 − 1 = 0.",
        ),
        Property(
            "for κ = 10 it takes about 70",
            lambda measure: _a_count(measure, 10, 69, 74),
            "Count steps until the length of x is at most 1e-6.",
        ),
        Property(
            "your prediction is what you measure",
            _exponent,
            "Each step multiplies the distance by (κ − 1)/(κ + 1), which is about 1 − 2/κ.",
            "(1 − 2/κ)ᵏ = 10⁻⁶ for k about 7κ.",
        ),
    ],
    examples=1,
)


def _hessian_equals(hessian, A, x, cubic):
    gradient = lambda x: A @ x + 3 * cubic * x.sum() ** 2
    equal("hessian(gradient, x)", hessian(gradient, x), A + 6 * cubic * x.sum(), 1e-6)


def _broken(gradient, x):
    H, h = np.zeros((len(x), len(x))), 1e-5
    for i in range(len(x)):
        x[i] += h
        up = gradient(x)
        x[i] -= h
        down = gradient(x)
        H[i] = (up - down) / (2 * h)
    return H


def _one_sided(gradient, x, h=1e-5):
    H = np.stack([(gradient(x + h * unit) - gradient(x)) / h for unit in np.eye(len(x))])
    return (H + H.T) / 2


unsymmetric: Exercise = Exercise(
    "04.5",
    r"""Find the bugs. This computes the Hessian from central differences of the gradient. It is half of what it should
be, and `x` is no longer the same afterwards.

    def hessian(gradient, x):
        H, h = np.zeros((len(x), len(x))), 1e-5
        for i in range(len(x)):
            x[i] += h
            up = gradient(x)
            x[i] -= h
            down = gradient(x)
            H[i] = (up - down) / (2 * h)
        return H

Write `hessian(gradient, x)` as it should be, exactly symmetric, too.""",
    strategies={
        "A": inputs.symmetric(),
        "x": inputs.vectors(entries=inputs.numbers(-2, 2)),
        "cubic": st.sampled_from([0.0, 1.0, -0.5]),
    },
    properties=[
        Property(
            "for one variable it is the second derivative",
            lambda hessian: _hessian_equals(hessian, np.array([[3.0]]), np.array([1.0]), 1.0),
            "Follow x[i] on paper: where is it when `down` is computed?",
            "x[i] has to go down by 2h.",
        ),
        Property(
            "x stays as it was",
            lambda hessian, x: as_numbers("hessian", hessian(lambda x: 2 * x, x)).shape == (len(x), len(x)),
            "Adding h and taking it away leaves rounding behind: work on copies.",
        ),
        Property(
            "it is right for quadratics and cubics",
            _hessian_equals,
            "Row i is the change of the whole gradient with x[i] alone: the other entries stay as they were, and x[i]"
            " goes back after its turn.",
            "For each i two copies of x, one with x[i] + h and one with x[i] − h.",
        ),
        Property(
            "it is exactly symmetric",
            lambda hessian, A, x: require(
                np.array_equal(
                    hessian(lambda x: A @ np.sin(x) * np.cos(x), x),
                    np.transpose(hessian(lambda x: A @ np.sin(x) * np.cos(x), x)),
                ),
                "H and its transpose differ in the last digits",
            ),
            "Differences leave rounding in H. The mean of H and its transpose has none.",
        ),
    ],
    mistakes=[
        Mistake(_broken, "This is still half of what it should be: `down` is computed at x, not at x − h."),
        Mistake(
            _one_sided,
            "This is a one-sided difference, whose error falls as h only: go down by 2h and divide by 2h.",
        ),
    ],
)
EXERCISES = (hessian_of_form, condition, ggn, iterations, unsymmetric)
