"""The certificate: the right kind on functions that are known, and evidence that holds when it is tried."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import notebook_problem, refuses
from numpy.testing import assert_array_equal
from scipy.linalg import hadamard

from minnet import MLP, Function, Objective, minimize, problems
from minnet.curvature import certificate
from minnet.optim import Newton


def separable(*terms):
    """Σ fᵢ(xᵢ) of triples (f, f′, f″)."""
    f, df, d2f = zip(*terms)
    apply = lambda rules, x: np.array([rule(t) for rule, t in zip(rules, x)])
    return Function(lambda x: apply(f, x).sum(), lambda x: apply(df, x), hessian=lambda x: np.diag(apply(d2f, x)),
                    n=len(terms), name="separable")


def power(k, factor=1.0):
    return (lambda t: factor * t**k, lambda t: factor * k * t**(k - 1), lambda t: factor * k * (k - 1) * t**(k - 2))


FALLING = (lambda t: np.exp(-t), lambda t: -np.exp(-t), lambda t: np.exp(-t))
ABOVE_ONE = (lambda t: 1 + np.exp(-t), *FALLING[1:])
ROOF = (np.cos, lambda t: -np.sin(t), lambda t: -np.cos(t))
CONSTANT = (lambda t: 3.0, lambda t: 0.0, lambda t: 0.0)
RECIPROCAL = (lambda t: 1 / t, lambda t: -1 / t**2, lambda t: 2 / t**3)
LINE = (lambda t: 1e-7 * t, lambda t: 1e-7, lambda t: 0.0)
SQUARE, CUBE, FOURTH = power(2), power(3), power(4)

KNOWN = {
    "bowl": (problems.quadratic([1.0, 2.0, 5.0], rng=0), [0, 0, 0], "strict minimum", (3, 0, 0)),
    "Rosenbrock": (problems.rosenbrock(), [1, 1], "strict minimum", (2, 0, 0)),
    "x^4": (separable(FOURTH), [0], "degenerate", (0, 0, 1)),
    "x^2 + y^4": (separable(SQUARE, FOURTH), [0, 0], "degenerate", (1, 0, 1)),
    "constant": (separable(CONSTANT, CONSTANT), [1, 2], "flat minimum", (0, 0, 2)),
    "x^2 + constant": (separable(SQUARE, CONSTANT), [0, 5], "flat minimum", (1, 0, 1)),
    "saddle": (problems.saddle(), [0, 0], "saddle", (1, 1, 0)),
    "monkey saddle": (problems.monkey_saddle(), [0, 0], "saddle", (0, 0, 2)),
    "x^3": (separable(CUBE), [0], "saddle", (0, 0, 1)),
    "x^2 + y^3": (separable(SQUARE, CUBE), [0, 0], "saddle", (1, 0, 1)),
    "x^2 - y^4": (separable(SQUARE, power(4, -1.0)), [0, 0], "saddle", (1, 0, 1)),
    "-x^2 + y^4": (separable(power(2, -1.0), FOURTH), [0, 0], "saddle", (0, 1, 1)),
    "x^2 - y^2 + constant": (separable(SQUARE, power(2, -1.0), CONSTANT), [0, 0, 0], "saddle", (1, 1, 1)),
    "hill": (problems.quadratic([-1.0, -3.0], rng=1), [0, 0], "maximum", (0, 2, 0)),
    "cos x + constant": (separable(ROOF, CONSTANT), [0, 0], "maximum", (0, 1, 1)),
    "-x^2 - y^4": (separable(power(2, -1.0), power(4, -1.0)), [0, 0], "degenerate", (0, 1, 1)),
    "-x^4": (separable(power(4, -1.0)), [0], "degenerate", (0, 0, 1)),
    "exp(-x)": (separable(FALLING), [20], "no finite minimum", None),
    "exp(-x) + y^2": (separable(FALLING, SQUARE), [20, 0], "no finite minimum", None),
    "1 + exp(-x)": (separable(ABOVE_ONE), [20], "no finite minimum", None),
    "1/x": (separable(RECIPROCAL), [1e4], "no finite minimum", None),
    "1e-7 x": (separable(LINE), [0], "no finite minimum", None),
    "bowl, aside": (problems.quadratic([1.0, 2.0]), [1, 0], "not stationary", (2, 0, 0)),
    "saddle, aside": (problems.saddle(), [0.5, 0], "not stationary", (1, 1, 0)),
    "x^4, aside": (separable(FOURTH), [1], "not stationary", None),
}


def check_evidence(f, c, theta):
    """What the certificate shows holds when it is tried anew, from θ."""
    theta = np.asarray(theta, float)
    value, size = f.value(theta), np.linalg.norm(f.gradient(theta))
    assert c.gradient_norm == pytest.approx(size, rel=1e-12)
    assert sum(c.inertia) == len(theta) and c.rank == c.inertia[0] + c.inertia[1]
    assert (c.kind != "not stationary") <= (size <= c.gtol)
    assert (c.escape_direction is not None) or c.kind not in ("saddle", "maximum")
    assert (c.ray is not None or c.valley is not None) == (c.kind == "no finite minimum")
    assert c.lower is None or f.value(c.lower) < value
    if c.escape_direction is not None:
        assert abs(np.linalg.norm(c.escape_direction) - 1) < 1e-12
        assert all(f.value(theta + t * c.escape_direction) < value for t in (0.01, 0.1))
    if c.ray is not None:
        values = np.array([f.value(theta + t * c.ray) for t in c.ray_times])
        assert values[-1] < value and np.diff(values, prepend=value).max() <= 1e-14 * abs(value)
        assert c.ray_times[-1] * np.linalg.norm(c.ray) >= 2**20
    for part in (c.kind, c.reason, f"{c.value:.10g}", "gradient"):
        assert part in str(c)


@pytest.mark.parametrize("name", KNOWN)
def test_known_points(name):
    f, theta, kind, inertia = KNOWN[name]
    c = certificate(f, theta)
    assert c.kind == kind
    if inertia is not None:
        assert c.inertia == inertia
    check_evidence(f, c, theta)


@pytest.mark.parametrize("name", KNOWN)
def test_the_evidence_is_of_the_point_itself(name):
    f, theta, *_ = KNOWN[name]
    theta, c = np.asarray(theta, float), certificate(f, theta)
    assert (c.value, c.gradient_norm) == (f.value(theta), np.linalg.norm(f.gradient(theta)))
    if c.ray is not None:
        assert_array_equal(c.ray_values, [f.value(theta + t * c.ray) for t in c.ray_times])


@pytest.mark.parametrize(
    "kind", ["strict minimum", "flat minimum", "saddle", "maximum", "no finite minimum", "not stationary", "degenerate"]
)
def test_every_kind_is_tried(kind):
    assert kind in {known[2] for known in KNOWN.values()}


def test_condition_and_eigenvalues():
    c = certificate(problems.quadratic([2.0, 8.0, 5.0], rng=3), [0, 0, 0])
    np.testing.assert_allclose(c.eigenvalues, [2, 5, 8], rtol=1e-14)
    assert c.condition == pytest.approx(4) and c.rank == 3
    assert "3 eigenvalues" in str(c) and "3 positive, 0 negative" in str(c)
    assert certificate(problems.saddle(), [0, 0]).condition == pytest.approx(1)
    assert certificate(separable(SQUARE, CONSTANT), [0, 0]).condition == np.inf


def test_the_gradient_test_is_on_the_euclidean_norm():
    f, x = problems.quadratic([1.0, 1.0]), np.array([3e-4, 4e-4])
    assert certificate(f, x, gtol=5.0001e-4).kind == "strict minimum"
    c = certificate(f, x, gtol=4.9999e-4)
    assert c.kind == "not stationary" and "gradient test" in c.reason and "above gtol" in str(c)
    assert certificate(f, x, gtol=5.0001e-4).newton_step == pytest.approx(5e-4)


@pytest.mark.parametrize("theta", [[np.nan, 0.0], [np.inf, 0.0], [1e200, 1.0]])
def test_points_that_are_not_finite_are_not_stationary(theta):
    c = certificate(problems.rosenbrock(), theta)
    assert c.kind == "not stationary" and "not finite" in c.reason
    assert c.eigenvalues.size == 0 and c.escape_direction is None and c.ray is None
    assert "not finite" in str(c)


@pytest.mark.parametrize("value, gradient, hessian", [(np.nan, 0, 1), (0, np.nan, 1), (0, 0, np.nan), (-np.inf, 0, 1)])
def test_derivatives_that_are_not_finite_prove_nothing(value, gradient, hessian):
    f = Function(
        lambda x: value, lambda x: np.full(2, gradient, float), hessian=lambda x: np.full((2, 2), hessian, float)
    )
    c = certificate(f, [0, 0])
    assert c.kind == "not stationary" and "not finite" in c.reason


def test_a_wall_of_infinity_beside_the_point():
    """Beyond |x| = ½ the function is inf or nan: no ray, no escape through the wall, and no warning."""
    inside = lambda rule: lambda x: rule(x) if abs(x).max() < 0.5 else np.full_like(rule(x), np.nan)
    for name in ("bowl", "x^4", "constant", "saddle"):
        f, _, kind, inertia = KNOWN[name]
        walled = Function(inside(f.value), inside(f.gradient), hessian=inside(f.hessian), n=f.n)
        c = certificate(walled, np.zeros(f.n))
        assert (c.kind, c.inertia) == (kind, inertia)


# --- the error bound -------------------------------------------------------------------------------------------------

def covered(c, spectrum):
    """The true eigenvalues lie within the bound, so that no sign is claimed that is not so."""
    spectrum = np.sort(spectrum)
    assert (abs(c.eigenvalues - spectrum) <= c.error_bound).all(), (abs(c.eigenvalues - spectrum).max(), c.error_bound)
    assert c.inertia[0] <= (spectrum > 0).sum() and c.inertia[1] <= (spectrum < 0).sum()


@settings(max_examples=80)
@given(k=st.integers(0, 4), data=st.data())
def test_the_error_bound_covers_the_truth_of_an_exact_hessian(k, data):
    """Hadamard's matrices have whole entries and orthogonal columns: H is exact, and so are its eigenvalues."""
    Q, n = hadamard(2**k).astype(float), 2**k
    spectrum = np.array(data.draw(st.lists(st.sampled_from([0, 1, -1, 3, 1024, -2.0**20]), min_size=n, max_size=n)))
    H = Q @ np.diag(spectrum) @ Q.T / n
    covered(certificate(Function(lambda x: x @ H @ x / 2, lambda x: H @ x, hessian=lambda x: H), np.zeros(n)), spectrum)


@settings(max_examples=80)
@given(
    spectrum=st.lists(st.sampled_from([0.0, 1e-3, 1.0, -1.0, 50.0, -1e3]), min_size=1, max_size=6),
    seed=st.integers(0, 999),
)
def test_the_error_bound_covers_the_truth_of_a_rounded_hessian(spectrum, seed):
    covered(certificate(problems.quadratic(spectrum, rng=seed), np.zeros(len(spectrum))), spectrum)


@settings(max_examples=60)
@given(spectrum=st.lists(st.sampled_from([0.01, 1.0, -1.0, 7.0]), min_size=1, max_size=4), seed=st.integers(0, 999),
       distance=st.sampled_from([1e-12, 1e-9, 1e-7]))
def test_the_error_bound_covers_the_stationary_point_nearby(spectrum, seed, distance):
    """Σ λᵢ (exp(xᵢ) − xᵢ) has its stationary point at 0 with eigenvalues λ; θ lies aside, where they differ."""
    lam = np.array(spectrum)
    f = Function(
        lambda x: lam @ (np.exp(x) - x), lambda x: lam * np.expm1(x), hessian=lambda x: np.diag(lam * np.exp(x))
    )
    aside = np.random.default_rng(seed).standard_normal(len(lam))
    c = certificate(f, distance * aside / np.linalg.norm(aside), gtol=1e-5)
    covered(c, lam)
    assert c.kind == ("strict minimum" if lam.min() > 0 else "maximum" if lam.max() < 0 else "saddle")
    assert c.newton_step == pytest.approx(distance, rel=1e-3)


# --- networks --------------------------------------------------------------------------------------------------------

def test_a_network_with_more_parameters_than_data_has_a_flat_minimum():
    """At a perfect fit H = JᵀJ, whose rank is at most the number of data."""
    X = np.array([[-1.0], [0.2], [1.0]])
    f = Objective(MLP([1, 3, 1]), X, [0.3, -0.5, 0.4])
    result = minimize(f, f.net.init(rng=0), Newton(), gtol=1e-12)
    c = certificate(f, result.x)
    assert result.fun < 1e-20 and c.kind == "flat minimum" and c.inertia == (3, 0, 7)
    check_evidence(f, c, result.x)


def test_separable_classes_have_no_finite_minimum():
    f = Objective(MLP([1, 1]), [[-1.0], [-0.5], [0.7], [1.0]], [0, 0, 1, 1], loss="binary_crossentropy")
    result = minimize(f, np.zeros(2), Newton(), gtol=1e-7)
    c = certificate(f, result.x)
    assert c.kind == "no finite minimum" and c.ray[0] > 0
    check_evidence(f, c, result.x)
    mixed = Objective(f.net, f.X, [0, 1, 0, 1], loss="binary_crossentropy")
    result = minimize(mixed, np.zeros(2), Newton())
    assert certificate(mixed, result.x).kind == "strict minimum"


@pytest.mark.parametrize("seed", range(10))
def test_the_notebook_with_a_penalty_has_a_strict_minimum(seed):
    f, theta = notebook_problem(seed, l2=0.01)
    result = minimize(f, theta, Newton(), gtol=1e-10)
    c = certificate(f, result.x, gtol=1e-10)
    assert c.kind == "strict minimum" and c.gradient_norm <= 1e-10 and c.inertia == (13, 0, 0)
    assert c.eigenvalues[0] > 100 * c.error_bound
    check_evidence(f, c, result.x)


def test_a_minimum_at_the_end_of_a_curved_valley_is_found_from_inside_the_valley():
    """Newton's first step there raises the gradient. The least eigenvalue at the minimum is a billionth of the largest:
    rounding says how near to it the steps come, from one point and another, and so how many eigenvalues are told from
    zero."""
    f, start = notebook_problem(91)
    end = minimize(f, start, Newton(), gtol=1e-10, max_iter=2000).x
    lam, Q = np.linalg.eigh(f.hessian(end))
    assert 0 < lam[0] < 1e-8 * lam[-1]
    certificates = []
    for aside in (-0.02, -0.015, -0.01, -0.005, 0.005, 0.01, 0.015, 0.02):
        theta = end + aside * Q[:, 0]
        for _ in range(3):                                          # down to the floor of the valley
            theta = theta - Q[:, 3:] @ (Q[:, 3:].T @ f.gradient(theta) / lam[3:])
        assert np.linalg.norm(f.gradient(theta)) <= 1e-6 and np.linalg.norm(theta - end) > abs(aside) / 2
        certificates.append(certificate(f, theta))
    kinds = [c.kind for c in certificates]
    assert set(kinds) <= {"strict minimum", "flat minimum", "not stationary"} and kinds.count("strict minimum") >= 3
    for c in certificates:
        assert c.inertia[1] == 0
        np.testing.assert_allclose(c.eigenvalues, lam, rtol=0.1)


def test_equal_hidden_units_are_a_saddle_that_newton_leaves():
    """With all weights zero but the output's bias the gradient of the notebook's network vanishes."""
    f, _ = notebook_problem(0)
    c = certificate(f, np.zeros(13))
    assert c.gradient_norm == 0 and c.kind == "saddle"
    check_evidence(f, c, np.zeros(13))


# --- face ------------------------------------------------------------------------------------------------------------

def test_the_point_is_left_alone_and_bad_ones_are_refused():
    f, theta = problems.saddle(), np.zeros(2)
    certificate(f, theta)
    assert_array_equal(theta, [0, 0])
    with refuses("theta", "(3,)", "(2,)"):
        certificate(f, np.zeros(3))
    with refuses("hessian"):
        certificate(Function(lambda x: x @ x, lambda x: 2 * x), [0.0])
