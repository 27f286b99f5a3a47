"""Operators in SciPy's solvers, and the eigen-checks along a run."""
import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from laws import assert_close, notebook_problem, refuses
from numpy.testing import assert_array_equal
from objectives import CANONICAL, points
from objectives import lecun_example as example
from scipy.optimize import minimize as scipy_minimize
from scipy.sparse.linalg import LinearOperator, cg, eigsh, lobpcg, minres

from minnet import MLP, Function, Objective, minimize, optim, problems
from minnet.curvature import (
    FisherOperator,
    GGNOperator,
    HessianOperator,
    condition,
    eigenvalues,
    inertia,
    kfac,
    step_in_eigenbasis,
)
from minnet.testing import generators

OPERATORS = {"hessian": HessianOperator, "ggn": GGNOperator, "empirical": FisherOperator,
             "mc": lambda f, theta: FisherOperator(f, theta, "mc", rng=3)}
DENSE = {"hessian": lambda f, theta: f.hessian(theta), "ggn": lambda f, theta: f.ggn(theta),
         "empirical": lambda f, theta: f.fisher(theta), "mc": lambda f, theta: f.fisher(theta, "mc", rng=3)}
RTOL = "rtol" if "rtol" in inspect.signature(cg).parameters else "tol"    # its name before SciPy 1.12
each_operator = pytest.mark.parametrize("kind", OPERATORS)


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
    f, theta = notebook_problem(0, l2=0.01)
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
