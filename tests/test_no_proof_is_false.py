"""No proof is false: against rational arithmetic and many digits, and with errors planted to be caught."""
from fractions import Fraction

import jets
import numpy as np
import pytest
from proof_cases import small_network

from minnet import MLP, Function, Objective, minimize
from minnet.curvature import contraction, proof
from minnet.curvature.proof import Proof, prove
from minnet.linalg.enclosure import Enclosure
from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES
from minnet.optim import Newton

try:
    import flint
    import mpmath
except ImportError:
    flint = None

needs_many_digits = pytest.mark.skipif(flint is None, reason="python-flint or mpmath is not installed")


def test_lines_through_points_are_proved_to_be_where_rational_arithmetic_has_them():
    rng = np.random.default_rng(0)
    for _ in range(40):
        x, y = np.round(rng.standard_normal((2, 5)), 2)
        f = Objective(MLP([1, 1]), x[:, None], y, reduction="sum")
        answer = prove(f, minimize(f, np.zeros(2), Newton()).x)
        a, b = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in y.tolist()]
        sxx, sx, sxy, sy, N = sum(v * v for v in a), sum(a), sum(v * w for v, w in zip(a, b)), sum(b), len(a)
        determinant = N * sxx - sx * sx
        exact = [(N * sxy - sx * sy) / determinant, (sxx * sy - sx * sxy) / determinant]
        assert isinstance(answer, Proof) and answer.kind == "strict minimum"
        assert sum((Fraction(p) - e) ** 2 for p, e in zip(answer.point.tolist(), exact)) <= Fraction(answer.radius) ** 2
        for low, high in answer.eigenvalues.tolist():      # the characteristic polynomial changes its sign inside
            signs = [(sxx - v) * (N - v) - sx * sx for v in (Fraction(low), Fraction(high))]
            assert signs[0] * signs[1] <= 0


def confirm(answer, theta, H):
    """The stationary point θ, in many digits, lies in the ball, and its eigenvalues in the intervals."""
    gap = mpmath.sqrt(sum((mpmath.mpf(p) - t) ** 2 for p, t in zip(answer.point.tolist(), theta)))
    assert gap <= mpmath.mpf(answer.radius)
    eigenvalues = sorted(mpmath.eigsy(mpmath.matrix(H), eigvals_only=True))
    for value, (low, high) in zip(eigenvalues, answer.eigenvalues.tolist()):
        assert mpmath.mpf(low) <= value <= mpmath.mpf(high)
    assert answer.inertia == (sum(v > 0 for v in eigenvalues), sum(v < 0 for v in eigenvalues))


def multiprecision(number):
    """A number of flint as one of mpmath."""
    mantissa, exponent = number.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def check_random_network(seed):
    rng = np.random.default_rng(seed)
    activation = rng.choice([name for name in ACTIVATIONS if name not in ("relu", "leaky_relu")])
    f, theta = small_network(
        str(activation), str(rng.choice(list(LOSSES))), seed, [(1, 1, 1), (1, 2, 1), (2, 1, 2)][seed % 3], N=4
    )
    start = minimize(f, theta, Newton(), gtol=10.0 ** -rng.integers(2, 9), max_iter=100).x if seed % 4 else 0.3 * theta
    answer = prove(f, start)
    if isinstance(answer, Proof):
        with flint.ctx.workprec(300), mpmath.workprec(300):
            point, jet = jets.stationary_point(f, answer.point.tolist())
            confirm(
                answer, [multiprecision(t) for t in point], [[multiprecision(v) for v in row] for row in jet.H.tolist()]
            )
    return isinstance(answer, Proof)


def random_polynomial(rng):
    """Σ c_ij xⁱ yʲ, i + j ≤ 4, as a Function, and its derivatives as functions of two numbers of any kind."""
    c = {
        (i, j): float(rng.integers(-4, 5)) * float(rng.choice([1.0, 1e-3, 2.0**-20]))
        for i in range(5)
        for j in range(5 - i)
    }

    def derivative(p, q):
        """∂ᵖ/∂xᵖ ∂^q/∂y^q."""
        factor = lambda i, p: [1, i, i * (i - 1)][p]
        terms = [(v * factor(i, p) * factor(j, q), i - p, j - q) for (i, j), v in c.items() if i >= p and j >= q]
        return lambda x, y: sum((a * x**i * y**j for a, i, j in terms), 0 * x)

    f, fx, fy, fxx, fxy, fyy = (derivative(*pq) for pq in ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)))
    gradient, hessian = lambda x, y: [fx(x, y), fy(x, y)], lambda x, y: [[fxx(x, y), fxy(x, y)], [fxy(x, y), fyy(x, y)]]
    return Function(lambda z: f(*z), lambda z: np.array(gradient(*z)), hessian=lambda z: np.array(hessian(*z)), n=2,
                    enclosure=True), gradient, hessian


def check_random_polynomial(seed):
    rng = np.random.default_rng(seed)
    f, gradient, hessian = random_polynomial(rng)
    start = rng.standard_normal(2)
    for _ in range(rng.integers(3, 10)):
        start = start - np.linalg.lstsq(f.hessian(start), f.gradient(start), rcond=1e-12)[0]
    answer = prove(f, start)
    if isinstance(answer, Proof):
        with mpmath.workprec(300):
            x = mpmath.matrix(answer.point.tolist())
            for _ in range(7):
                x -= mpmath.lu_solve(mpmath.matrix(hessian(*x)), mpmath.matrix(gradient(*x)))
            assert mpmath.norm(mpmath.matrix(gradient(*x))) < mpmath.mpf("1e-70")
            confirm(answer, list(x), hessian(*x))
    return isinstance(answer, Proof)


@needs_many_digits
def test_no_proof_of_a_network_is_false():
    assert sum(check_random_network(seed) for seed in range(25)) >= 10


@needs_many_digits
def test_no_proof_of_a_polynomial_is_false():
    assert sum(check_random_polynomial(seed) for seed in range(80)) >= 20


@pytest.mark.slow
@needs_many_digits
def test_no_proof_of_ten_thousand_is_false():
    networks = sum(check_random_network(seed) for seed in range(1000, 3000))
    polynomials = sum(check_random_polynomial(seed) for seed in range(1000, 9000))
    assert networks > 500 and polynomials > 2000


MUTANTS = {
    "the step halved": lambda patch, plain=proof.step_bound: patch.setattr(
        proof, "step_bound", lambda g, factors: plain(g, factors) / 4
    ),
    "the norm divided": lambda patch, plain=contraction.norm_bound_of_tiles: patch.setattr(
        contraction, "norm_bound_of_tiles", lambda tile, n: plain(tile, n) / 1e3
    ),
    "a gradient of zero": lambda patch: patch.setattr(
        Enclosure, "gradient", property(lambda self: 0 * self._gradient())
    ),
}


@needs_many_digits
@pytest.mark.parametrize("mutant", MUTANTS)
def test_planted_errors_are_caught(monkeypatch, mutant):
    MUTANTS[mutant](monkeypatch)
    with pytest.raises(AssertionError):
        for seed in range(100):
            check_random_polynomial(seed)
        for seed in range(10):
            check_random_network(seed)
