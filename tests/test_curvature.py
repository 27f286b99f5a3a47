"""Fisher matrices, Kronecker factors, operators in SciPy's solvers, and the eigen-checks along a run."""
import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close, complex_step, notebook_objective, refuses
from numpy.testing import assert_array_equal
from scipy.optimize import minimize as scipy_minimize
from scipy.sparse.linalg import LinearOperator, cg, eigsh, lobpcg, minres

from minnet import MLP, Function, Objective, minimize, optim, problems
from minnet.network.activations import ACTIVATIONS
from minnet.curvature import (FisherOperator, GGNOperator, HessianOperator, condition, eigenvalues, inertia, kfac,
                              step_in_eigenbasis)
from minnet.network.losses import LOSSES, one_hot, softmax
from minnet.testing import generators, objectives, parameters

CANONICAL = ["squared_error", "binary_crossentropy", "softmax_crossentropy", "poisson"]
OPERATORS = {"hessian": HessianOperator, "ggn": GGNOperator, "empirical": FisherOperator,
             "mc": lambda f, theta: FisherOperator(f, theta, "mc", rng=3)}
DENSE = {"hessian": lambda f, theta: f.hessian(theta), "ggn": lambda f, theta: f.ggn(theta),
         "empirical": lambda f, theta: f.fisher(theta), "mc": lambda f, theta: f.fisher(theta, "mc", rng=3)}
RTOL = "rtol" if "rtol" in inspect.signature(cg).parameters else "tol"    # its name before SciPy 1.12
each_canonical = pytest.mark.parametrize("loss", CANONICAL)
each_operator = pytest.mark.parametrize("kind", OPERATORS)


def points(**options):
    """(f, θ)."""
    options = {"activations": list(ACTIVATIONS)} | options
    return objectives(**options).flatmap(lambda f: st.tuples(st.just(f), parameters(f.net)))


def example(loss="softmax_crossentropy", widths=(3, 4, 3), N=12, activation="tanh", seed=0, **options):
    """(f, θ), small and fixed."""
    rng, net, K = np.random.default_rng(seed), MLP(widths, activation), widths[-1]
    y = {"softmax_crossentropy": lambda: rng.integers(K, size=N), "poisson": lambda: rng.poisson(2.0, (N, K)),
         "binary_crossentropy": lambda: rng.integers(2, size=(N, K))}.get(loss, lambda: rng.standard_normal((N, K)))()
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, **options)
    return f, net.init("lecun", rng) + 0.3 * rng.standard_normal(net.n_params)


def scale(f):
    return 1 / len(f) if f.reduction == "mean" else 1.0


# --- Fisher matrices -------------------------------------------------------------------------------------------------

@given(points())
def test_empirical_fisher_is_the_gram_matrix_of_the_examples_gradients(point):
    f, theta = point
    rows = f.per_example_gradients(theta)
    assert_close(f.fisher(theta), scale(f) * rows.T @ rows + f.l2 * np.eye(f.n), 1e-13)


@settings(max_examples=50)
@given(points(losses=CANONICAL), generators(), st.integers(0, 99))
def test_fisher_products_are_the_dense_ones(point, rng, seed):
    f, theta = point
    V = rng.standard_normal((f.n, 3))
    for kind in ("empirical", "mc"):
        F, A = f.fisher(theta, kind, rng=seed), FisherOperator(f, theta, kind, rng=seed)
        assert_array_equal(F, F.T)
        assert_close(A @ V, F @ V, 1e-12)
        assert_close(A @ V[:, 0], F @ V[:, 0], 1e-12)


@settings(max_examples=50)
@given(points(losses=["softmax_crossentropy"]))
def test_expected_fisher_of_softmax_is_gauss_newton(point):
    """Σ_i Σ_k p_k(x_i) g gᵀ over all the classes that an example could have, each an objective of its own."""
    f, theta = point
    K, N = f.net.widths[-1], len(f)
    p = softmax(f.net.outputs(theta, f.X))
    F = f.l2 * np.eye(f.n)
    for k in range(K):
        g = Objective(f.net, f.X, one_hot(np.full(N, k), K), loss="softmax_crossentropy").per_example_gradients(theta)
        F += scale(f) * g.T @ (p[:, [k]] * g)
    assert_close(F, f.ggn(theta), 1e-13)


@pytest.mark.parametrize("loss, values, probability", [
    ("binary_crossentropy", lambda z: [0 * z, 0 * z + 1], lambda y, mu: np.where(y, mu, 1 - mu)),
    ("squared_error", lambda z: [z - 1, z + 1], lambda y, mu: 0.5 + 0 * y),        # has the moments of N(z, 1)
    ("poisson", lambda z: [k + 0 * z for k in range(60)],
     lambda y, mu: mu**y * np.exp(-mu) / np.vectorize(lambda k: np.prod(np.arange(1, k + 1), dtype=float))(y))])
def test_expected_fisher_of_one_output_is_gauss_newton(loss, values, probability):
    f, theta = example(loss, (3, 4, 1), l2=0.1)
    z = f.net.outputs(theta, f.X)
    F = 0.1 * np.eye(f.n)
    for y in values(z):
        g = Objective(f.net, f.X, y, loss=loss).per_example_gradients(theta)
        F += scale(f) * g.T @ (probability(y, f.loss.mean(z)) * g)
    assert_close(F, f.ggn(theta), 1e-13)


@each_canonical
@pytest.mark.parametrize("chunk", [None, 5])
def test_monte_carlo_fisher_has_gauss_newton_for_its_mean(loss, chunk):
    """Over 400 draws each entry lies within five standard errors of G's, by which the empirical matrix is found out."""
    f, theta = example(loss, (2, 3, 2), l2=0.1, chunk=chunk)
    draws = np.array([f.fisher(theta, "mc", rng=seed) for seed in range(400)])
    error = draws.std(0, ddof=1) / np.sqrt(len(draws))
    assert (error > 0).all()
    assert (abs(draws.mean(0) - f.ggn(theta)) < 5 * error).all()
    assert (abs(draws.mean(0) - f.fisher(theta)) > 10 * error).any()


@each_canonical
def test_monte_carlo_draws_are_reproducible(loss):
    f, theta = example(loss)
    assert_array_equal(f.fisher(theta, "mc", rng=1), f.fisher(theta, "mc", rng=np.random.default_rng(1)))
    assert (f.fisher(theta, "mc", rng=1) != f.fisher(theta, "mc", rng=2)).any()
    A = FisherOperator(f, theta, "mc")
    assert_array_equal(A @ theta, A @ theta)                    # drawn once, however often it is applied


def test_what_is_no_likelihood_has_no_monte_carlo_fisher():
    f, theta = example("huber")
    assert f.fisher(theta).shape == (f.n, f.n)
    for rule in (f.fisher, lambda *a: FisherOperator(f, *a)):
        with refuses("Huber", "log-likelihood", "kind='empirical'"):
            rule(theta, "mc")
        with refuses("kind='true'", "'empirical' or 'mc'"):
            rule(theta, "true")


def test_gauss_newton_is_the_notebooks_formula():
    """y(1 − y) b bᵀ summed over the points, b = ∂z/∂θ by complex step: positive semidefinite, which H is not (S1-25)."""
    f, theta = notebook_objective(0)
    b = complex_step(lambda t: f.net.outputs(t, f.X)[:, 0], theta)
    y = f.loss.mean(f.net.outputs(theta, f.X)[:, 0])
    assert_close(b.T @ ((y * (1 - y))[:, None] * b), f.ggn(theta), 1e-13)
    assert np.linalg.eigvalsh(f.ggn(theta)).min() >= -1e-12 and np.linalg.eigvalsh(f.hessian(theta)).min() < -0.1


# --- Kronecker factors -----------------------------------------------------------------------------------------------

def block_diagonal(f, G):
    """G without its blocks between layers."""
    kept = np.zeros_like(G)
    for (l, m), block in f.by_layer(kept).items():
        if l == m:
            block[...] = f.by_layer(G)[l, m]
    return kept


@given(points(max_examples=1))
def test_kronecker_factors_are_exact_for_one_example(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), block_diagonal(f, f.ggn(theta)), 1e-13)


@given(points(activations=["identity"], losses=["squared_error"]))
def test_kronecker_factors_are_exact_for_linear_networks(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), block_diagonal(f, f.ggn(theta)), 1e-13)


@given(points(max_depth=1, losses=["squared_error"]))
def test_kronecker_factors_are_exact_for_linear_regression(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), f.hessian(theta), 1e-13)


def test_kronecker_factors_are_an_approximation_otherwise():
    f, theta = example()
    G = block_diagonal(f, f.ggn(theta))
    error = np.linalg.norm(kfac(f, theta).dense() - G) / np.linalg.norm(G)
    assert 0.01 < error < 0.5


@given(points(losses=[loss for loss in LOSSES if loss != "huber"]))
def test_kronecker_factors_keep_the_sums_over_examples(point):
    """A is the mean of ã ãᵀ and B the sum of S: the bias-bias corner of each block is G's own, since ã is 1 there."""
    f, theta = point
    G, K = f.ggn(theta), kfac(f, theta)
    for (A, B), (_, b, end, _), a in zip(K.factors, f.net.layout, f.net.forward(theta, f.X.T).a):
        tilde = np.vstack([a, np.ones(len(f))])
        assert_close(A, tilde @ tilde.T / len(f), 1e-13)
        assert_close(B, G[b:end, b:end] - f.l2 * np.eye(end - b), 1e-13)


def test_kronecker_order_is_that_of_the_parameters():
    """B_{qs} A_{pr} stands where W_{qp} and W_{sr} do, the biases after the weights."""
    f, theta = example(l2=0.25)
    K, n = kfac(f, theta), f.n
    number = f.net.unpack(np.arange(n))
    expected = np.diag(np.full(n, 0.25))
    for (A, B), (W, b) in zip(K.factors, number):
        places = np.column_stack([W, b])                        # (q, P): the number of each weight, the bias last
        for q in range(len(B)):
            for s in range(len(B)):
                expected[np.ix_(places[q], places[s])] += B[q, s] * A
    assert_close(K.dense(), expected, 1e-15)


@pytest.mark.parametrize("chunk", [1, 5, 12])
def test_kronecker_factors_do_not_depend_on_the_chunk(chunk):
    (f, theta), (other, _) = example(), example(chunk=chunk)
    assert_close(kfac(other, theta).dense(), kfac(f, theta).dense(), 1e-14)


@given(points(losses=CANONICAL), generators(), st.sampled_from([0.01, 1.0]))
def test_kronecker_inverse_is_the_dense_inverse(point, rng, damping):
    f, theta = point
    K, V = kfac(f, theta), rng.standard_normal((f.n, 3))
    M, dense = K.inverse(damping), K.dense() + damping * np.eye(f.n)
    assert_close(dense @ (M @ V), V, 1e-10)
    assert_close(M @ V, np.linalg.solve(dense, V), 1e-10)
    assert_close(M @ V, np.stack([M @ v for v in V.T], axis=1), 1e-13)
    assert M.H is M and M.shape == (f.n, f.n)


def test_kronecker_inverse_without_damping():
    f, theta = example("squared_error", (3, 2), N=9)
    M = kfac(f, theta).inverse()
    assert_close(M @ kfac(f, theta).dense(), np.eye(f.n), 1e-10)
    for seed in range(20):                                      # softmax's B is singular: K − 1 probabilities are free
        f, theta = example(seed=seed)
        with refuses("damping=0", "l2=0", "singular", "above 0"):
            kfac(f, theta).inverse()
        assert kfac(example(seed=seed, l2=0.1)[0], theta).inverse().shape == (f.n, f.n)


@pytest.mark.parametrize("damping", [-1.0, np.nan, np.inf, -1e-9])
def test_kronecker_inverse_refuses_bad_damping(damping):
    f, theta = example(l2=0.1)
    with refuses("damping", "at least 0"):
        kfac(f, theta).inverse(damping)


def test_kronecker_factors_stay_float32():
    f, theta = example(l2=0.1)
    K, small = kfac(f, theta), kfac(f, theta.astype(np.float32))
    v = np.ones(f.n, np.float32)
    assert small.dense().dtype == small.inverse().dtype == (small.inverse() @ v).dtype == np.float32
    assert_close(small.dense(), K.dense(), 1e-5)
    assert_close(small.inverse() @ v, K.inverse() @ v, 1e-4)


def iterations(A, b, M=None):
    """How many iterations of conjugate gradients a relative residual of 1e-8 takes."""
    count = []
    x, failed = cg(A, b, **{RTOL: 1e-8}, atol=0.0, maxiter=10000, M=M, callback=count.append)
    assert not failed and np.linalg.norm(A @ x - b) <= 2e-8 * np.linalg.norm(b)
    return len(count)


@pytest.mark.parametrize("seed", range(3))
def test_kronecker_inverse_preconditions_conjugate_gradients(seed):
    """Inputs far from centred make G ill-conditioned, and the factor A knows it."""
    rng, net = np.random.default_rng(seed), MLP([8, 6, 3])
    X, y = rng.standard_normal((300, 8)) + 3, rng.integers(3, size=300)
    f, theta = Objective(net, X, y, loss="softmax_crossentropy", l2=1e-4), net.init(rng=rng)
    A, b = GGNOperator(f, theta), rng.standard_normal(f.n)
    assert np.linalg.cond(f.ggn(theta)) > 1e4
    plain = iterations(A, b)
    assert iterations(A, b, kfac(f, theta).inverse()) < 0.6 * plain
    assert iterations(A, b, kfac(f, theta).inverse(1e-3)) < 0.6 * plain


# --- operators -------------------------------------------------------------------------------------------------------

@settings(max_examples=50)
@given(points(losses=CANONICAL), generators())
def test_operators_are_their_matrices(point, rng):
    f, theta = point
    V = rng.standard_normal((f.n, 3))
    for kind in OPERATORS:
        A, H = OPERATORS[kind](f, theta), DENSE[kind](f, theta)
        assert A.shape == H.shape and A.dtype == H.dtype
        assert_close(A @ V, H @ V, 1e-12)
        assert_close(A @ np.eye(f.n), H, 1e-12)


@each_operator
def test_operators_keep_scipys_contract(kind):
    f, theta = example(l2=0.1)
    A, H = OPERATORS[kind](f, theta), DENSE[kind](f, theta)
    V = np.random.default_rng(0).standard_normal((f.n, 4))
    assert isinstance(A, LinearOperator)
    assert_close(A.matmat(V), np.stack([A.matvec(v) for v in V.T], axis=1), 1e-14)
    assert A.matvec(V[:, 0]).shape == (f.n,) and A.matvec(V[:, :1]).shape == (f.n, 1)
    assert (A @ V[:, :0]).shape == (f.n, 0)
    assert all(same is A for same in (A.H, A.T, A.adjoint(), A.transpose()))
    assert_array_equal(A.rmatvec(V[:, 0]), A.matvec(V[:, 0]))
    assert_array_equal(A.rmatmat(V), A.matmat(V))
    assert_close((2 * A + A) @ V, 3 * H @ V, 1e-12)
    assert_close(A @ (V[:, 0] + 1j * V[:, 1]), H @ (V[:, 0] + 1j * V[:, 1]), 1e-12)
    assert_array_equal(A @ np.ones(f.n, int), A @ np.ones(f.n))
    with pytest.raises(ValueError, match="dimension mismatch"):
        A @ np.ones(f.n + 1)


@each_operator
def test_operators_are_deterministic(kind):
    f, theta = example()
    A, V = OPERATORS[kind](f, theta), np.random.default_rng(0).standard_normal((f.n, 4))
    first, v0 = A @ V, np.ones(f.n)
    f.gradient(theta + 1), f.hessian(theta + 2)
    assert_array_equal(A @ V, first)
    assert_array_equal(OPERATORS[kind](f, theta) @ V, first)
    assert_array_equal(eigsh(A, k=2, v0=v0)[1], eigsh(A, k=2, v0=v0)[1])


@each_operator
def test_operators_keep_their_point(kind):
    f, theta = example()
    A = OPERATORS[kind](f, theta)
    before = A @ np.ones(f.n)
    theta += 1
    assert_array_equal(A @ np.ones(f.n), before)


@each_operator
def test_operators_refuse_bad_points(kind):
    f, theta = example()
    with refuses("theta", f"({f.n - 1},)", f"({f.n},)"):
        OPERATORS[kind](f, theta[1:])
    with refuses("complex", "real parameters"):
        OPERATORS[kind](f, theta + 0j)


@pytest.mark.parametrize("kind", ["hessian", "ggn", "mc"])
def test_operators_stay_float32(kind):
    f, theta = example()
    A = OPERATORS[kind](f, theta.astype(np.float32))
    assert A.dtype == (A @ np.ones(f.n, np.float32)).dtype == (A @ np.ones((f.n, 2), np.float32)).dtype == np.float32
    assert_close(eigsh(A, k=1, v0=np.ones(f.n, np.float32))[0], eigsh(OPERATORS[kind](f, theta), k=1)[0], 1e-4)


def test_empirical_fisher_stays_float32():
    f, theta = example()
    A = FisherOperator(f, theta.astype(np.float32))
    assert (A @ np.ones(f.n, np.float32)).dtype == np.float32


@each_operator
def test_eigensolvers(kind):
    f, theta = example(widths=(3, 8, 3), N=40, l2=0.1)
    A, H = OPERATORS[kind](f, theta), DENSE[kind](f, theta)
    lam, start = np.linalg.eigvalsh(H), np.random.default_rng(0).standard_normal((f.n, 3))
    assert_close(np.sort(eigsh(A, k=3, which="LA")[0]), lam[-3:], 1e-10)
    if kind == "hessian":                                       # the others' low end is a cluster at l2
        assert_close(np.sort(eigsh(A, k=2, which="SA")[0]), lam[:2], 1e-10)
    found, Q = lobpcg(A, start, largest=True, tol=1e-9, maxiter=500)
    assert_close(np.sort(found), lam[-3:], 1e-10)
    assert_close(H @ Q, Q * found, 1e-7)


def test_lobpcg_takes_kronecker_factors_as_its_preconditioner():
    """The lower end of a valley, which it does not reach in as many steps without one."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((200, 20)) * np.logspace(0, -2, 20), rng.integers(2, size=200)
    f = Objective(MLP([20, 1]), X, y, loss="binary_crossentropy", l2=1e-6)
    theta, start = f.net.init(rng=0), rng.standard_normal((21, 2))
    A, lam = GGNOperator(f, theta), np.linalg.eigvalsh(f.ggn(theta))
    found = lobpcg(A, start, M=kfac(f, theta).inverse(), largest=False, tol=1e-12, maxiter=30)[0]
    np.testing.assert_allclose(np.sort(found), lam[:2], rtol=1e-6)
    with pytest.warns(UserWarning, match="not reaching"):
        assert lobpcg(A, start, largest=False, tol=1e-12, maxiter=30)[0].min() > 1.01 * lam[0]


def test_linear_solvers():
    f, theta = example(l2=0.05)
    G, H, b = f.ggn(theta), f.hessian(theta), np.random.default_rng(0).standard_normal(f.n)
    assert np.linalg.eigvalsh(H)[0] < -1e-3                     # indefinite: for minres, not for cg
    assert_close(cg(GGNOperator(f, theta), b, **{RTOL: 1e-12}, atol=0.0)[0], np.linalg.solve(G, b), 1e-9)
    assert_close(minres(HessianOperator(f, theta), b, **{RTOL: 1e-14}, maxiter=1000)[0], np.linalg.solve(H, b), 1e-7)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")           # SciPy's trlib overflows now and then
@pytest.mark.parametrize("method, gtol", [("Newton-CG", "xtol"), ("trust-ncg", "gtol"), ("trust-krylov", "gtol"),
                                          ("trust-constr", "gtol")])
def test_scipys_minimisers(method, gtol):
    f, theta = example(l2=0.02, N=30)
    ways = [{"hessp": f.hvp}]
    if method in ("Newton-CG", "trust-constr"):                 # the others multiply by np.dot
        ways.append({"hess": lambda x: HessianOperator(f, x)})
    runs = [scipy_minimize(f, theta, jac=f.gradient, method=method, options={gtol: 1e-9}, **way) for way in ways]
    for run in runs:
        assert np.linalg.norm(f.gradient(run.x)) < 1e-6
        assert_array_equal(run.x, runs[0].x)


def test_operators_of_a_problem():
    f = problems.rosenbrock()
    x = np.array([-1.2, 1.0])
    assert_close(HessianOperator(f, x) @ np.eye(2), f.hessian(x), 1e-15)


# --- along a run -----------------------------------------------------------------------------------------------------

def test_hooks_record_the_spectrum_along_a_run():
    """The notebook's network starts where H has negative eigenvalues and ends where it has none (S0-6, S0-7, S1-33)."""
    f, theta = notebook_objective(0, l2=0.01)
    run = minimize(f, theta, record=("x", eigenvalues, inertia, condition))
    history = run.history
    assert history["eigenvalues"].shape == (run.nit + 1, 13) and history["inertia"].shape == (run.nit + 1, 3)
    for x, lam, signs, kappa in zip(*(history[name] for name in ("x", "eigenvalues", "inertia", "condition"))):
        assert_close(lam, np.linalg.eigvalsh(f.hessian(x)), 1e-14)
        assert signs.tolist() == [np.sum(lam > 0), np.sum(lam < 0), 0]
        assert_close(kappa, abs(lam).max() / abs(lam).min(), 1e-14)
    assert history["inertia"][0, 1] > 0 and history["inertia"][-1].tolist() == [13, 0, 0]
    plain = minimize(f, theta)
    assert plain.nhev == run.nhev                               # what is recorded is not counted


@pytest.mark.parametrize("spectrum, expected, kappa", [
    ([3.0, 1.0, -0.5], [2, 1, 0], 6), ([1.0, 0.0], [1, 0, 1], np.inf), ([0.0, 0.0], [0, 0, 2], np.inf),
    ([-1.0, -4.0], [0, 2, 0], 4), ([1e20, 1.0], [1, 0, 1], 1e20), ([np.nan, 1.0], [0, 0, 0], np.nan)])
def test_inertia_and_condition(spectrum, expected, kappa):
    f = Function(lambda x: 0.0, lambda x: 0 * x, hessian=lambda x: np.diag(spectrum))
    x = np.zeros(len(spectrum))
    assert inertia(f, x).tolist() == expected
    np.testing.assert_allclose(condition(f, x), kappa)


@given(generators())
def test_inertia_is_kept_by_a_change_of_variables(rng):
    """Sylvester: SᵀHS has as many eigenvalues of each sign as H."""
    lam, S = rng.choice([-1.0, 1.0], 6) * rng.uniform(1, 2, 6), rng.standard_normal((6, 6)) + 3 * np.eye(6)
    f = Function(lambda x: 0.0, lambda x: 0 * x, hessian=lambda x: S.T @ np.diag(lam) @ S)
    assert inertia(f, np.zeros(6)).tolist() == [np.sum(lam > 0), np.sum(lam < 0), 0]


def test_newtons_step_in_the_eigenbasis():
    """−(Qᵀg)/λ, long where curvature is low (S1-8), where gradient descent goes by the gradient alone."""
    f, theta = example(l2=1e-2, N=30)
    start = minimize(f, theta, max_iter=10).x + 1e-3
    lam, g, s = step_in_eigenbasis(f, start, -np.linalg.solve(f.hessian(start), f.gradient(start)))
    assert_close(lam, np.linalg.eigvalsh(f.hessian(start)), 1e-13)
    assert_close(s, -g / lam, 1e-9)
    descent = minimize(f, start, optim.GradientDescent(lr=0.1), max_iter=1, record=("x",)).history["x"]
    _, g, s = step_in_eigenbasis(f, start, descent[1] - descent[0])
    assert_close(s, -0.1 * g, 1e-13)


@given(points(max_depth=3))
def test_eigenvectors_are_conjugate(point):
    """Qᵀ H Q is diagonal (S1-13): along one of them, H has no part in another."""
    f, theta = point
    H = f.hessian(theta)
    lam, Q = np.linalg.eigh(H)
    assert_close(Q.T @ H @ Q, np.diag(lam), 1e-13)


def test_line_searches_along_eigenvectors_end_in_n_steps():
    """Conjugacy at work: no search undoes an earlier one, so that each direction is needed once."""
    f = problems.quadratic(np.logspace(0, 4, 9), rng=0)
    x = f.starts[0]
    lam, Q = np.linalg.eigh(f.hessian(x))
    for k in range(9):
        x = x - (Q[:, k] @ f.gradient(x)) / lam[k] * Q[:, k]
        assert abs(Q[:, :k + 1].T @ f.gradient(x)).max() < 1e-10 * lam[-1]
    assert np.linalg.norm(f.gradient(x)) < 1e-10 * lam[-1]
