"""Conjugate gradients: n steps, the bound by κ, preconditioners, negative curvature; all β as one on a quadratic."""
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws import assert_close, assert_steps_leave_the_past_alone, refuses
from numpy.testing import assert_array_equal

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.optim import Exact, HagerZhang, NonlinearCG, NoProgress, StrongWolfe
from minnet.linalg.linear_cg import linear_cg
from minnet.optim.conjugate_gradient import (BETAS, beta_dai_yuan, beta_fletcher_reeves, beta_hager_zhang,
                                             beta_hestenes_stiefel, beta_polak_ribiere)
from minnet.optim.quasi_newton import no_pairs, secant, spread, two_loop
from minnet.problems import beale, himmelblau, quadratic, rosenbrock

seeds = st.integers(0, 9999)
spectra = st.lists(st.floats(0.05, 20), min_size=1, max_size=8)
each_beta = pytest.mark.parametrize("beta", BETAS)


def system(spectrum, seed):
    """(A, b, x): A of that spectrum, x the solution of A x = b."""
    rng = np.random.default_rng(seed)
    A = quadratic(spectrum, rng=rng).hessian(np.zeros(len(spectrum)))
    x = rng.standard_normal(len(spectrum))
    return A, A @ x, x


def steps(A, b, x0=None, **options):
    """(x, iterates, residuals, directions) of a run without an end before the last step."""
    x, iterates, _ = linear_cg(lambda p: A @ p, b, x0, **{"tol": 0, "max_iter": len(b)} | options)
    return x, iterates, [b - A @ x for x in iterates], list(np.diff(iterates, axis=0))


# --- linear systems ---------------------------------------------------------------------------------------------------

@given(spectra, seeds)
def test_n_steps_solve_the_system(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, curvature = linear_cg(lambda p: A @ p, b, max_iter=len(b))
    assert len(iterates) <= len(b) + 1 and curvature is None and ours is iterates[-1]
    assert_close(ours, np.linalg.solve(A, b), 1e-4)
    more, *_ = linear_cg(lambda p: A @ p, b)
    assert_close(more, x, 1e-7)
    assert np.linalg.norm(b - A @ more) <= 2e-10 * np.linalg.norm(b)


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=4, unique_by=lambda v: round(v, 1)), seeds)
def test_as_many_steps_as_different_eigenvalues(different, seed):
    A, b, x = system(np.repeat(different, 3), seed)
    ours, iterates, _ = linear_cg(lambda p: A @ p, b, max_iter=len(different))
    assert_close(ours, x, 1e-5)


@given(spectra, seeds)
def test_the_error_stays_under_its_bound_by_the_condition(spectrum, seed):
    """‖e_k‖_A ≤ 2 ((√κ − 1) / (√κ + 1))ᵏ ‖e₀‖_A, and it falls in every step."""
    A, b, x = system(spectrum, seed)
    x0 = np.random.default_rng(seed + 1).standard_normal(len(b))
    _, iterates, _, _ = steps(A, b, x0)
    errors = np.array([np.sqrt((e := x - iterate) @ A @ e) for iterate in iterates])
    root = np.sqrt(max(spectrum) / min(spectrum))
    bound = 2 * ((root - 1) / (root + 1)) ** np.arange(len(errors)) * errors[0]
    assert (errors <= bound + 1e-9 * errors[0]).all()
    assert (np.diff(errors) <= 1e-9 * errors[0]).all()


@given(st.lists(st.floats(0.5, 5), min_size=3, max_size=6), seeds)
def test_each_iterate_is_the_best_of_its_krylov_space(spectrum, seed):
    A, b, x = system(spectrum, seed)
    K = np.zeros((len(b), 0))
    for k, iterate in enumerate(steps(A, b)[1]):
        if k:
            K = np.linalg.qr(np.column_stack([K, np.linalg.matrix_power(A, k - 1) @ b]))[0]
            assert_close(iterate, K @ np.linalg.solve(K.T @ A @ K, K.T @ b), 1e-5)


@given(st.lists(st.floats(0.5, 5), min_size=2, max_size=6), seeds)
def test_directions_are_conjugate_and_residuals_orthogonal(spectrum, seed):
    """The lecture prints conjugacy for the gradients, of which it does not hold; it holds for the directions."""
    A, b, _ = system(spectrum, seed)
    _, _, residuals, directions = steps(A, b)
    unit = lambda vectors: np.array([v / np.linalg.norm(v) for v in vectors if np.linalg.norm(v) > 1e-4 * np.linalg.norm(b)])
    P, R = unit(directions), unit(residuals)
    products, orthogonal, misprint = P @ A @ P.T, R @ R.T, R @ A @ R.T
    assert_close(products, np.diag(np.diag(products)), 1e-6)
    assert_close(orthogonal, np.eye(len(R)), 1e-6)
    assume(len(R) > 1 and np.ptp(spectrum) > 0.5)
    assert abs(misprint[0, 1]) > 1e-4


@given(spectra, seeds)
def test_the_exact_preconditioner_takes_one_step(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, _ = linear_cg(lambda p: A @ p, b, precondition=lambda r: np.linalg.solve(A, r))
    assert len(iterates) == 2
    assert_close(ours, x, 1e-8)


@given(spectra, seeds)
def test_a_preconditioner_is_a_change_of_variables(spectrum, seed):
    """With M⁻¹ = C Cᵀ, the iterates are C times those of CᵀAC u = Cᵀb."""
    A, b, _ = system(spectrum, seed)
    C = np.diag(np.random.default_rng(seed).uniform(0.5, 2, len(b))) + 0.2 * np.tri(len(b), k=-1)
    ours = steps(A, b, precondition=lambda r: C @ (C.T @ r), max_iter=3)[1]
    theirs = steps(C.T @ A @ C, C.T @ b, max_iter=3)[1]
    for x, u in zip(ours, theirs):
        assert_close(x, C @ u, 1e-6)


def test_negative_curvature_ends_it_and_is_returned():
    A, b = np.diag([2.0, -1.0]), np.array([3.0, 1.0])
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, b)
    assert len(iterates) == 2 and x is iterates[1] and pAp == p @ A @ p < 0
    assert_close(x, (b @ b) / (b @ A @ b) * b)
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, np.array([1.0, 3.0]))      # at once
    assert not x.any() and len(iterates) == 1 and pAp == p @ A @ p < 0
    assert_array_equal(p, [1.0, 3.0])


@pytest.mark.parametrize("A", [np.zeros((2, 2)), np.diag([np.nan, 1.0]), -np.eye(2)])
def test_no_curvature_ends_it(A):
    b = np.array([1.0, 1.0])
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, b)
    assert not x.any() and len(iterates) == 1 and not pAp > 0
    assert_array_equal(p, b)


def test_nothing_asked_nothing_done():
    def product(p):
        raise AssertionError("no product is needed")
    x, iterates, curvature = linear_cg(product, np.zeros(3))
    assert not x.any() and len(iterates) == 1 and curvature is None


@given(spectra, seeds)
def test_a_start_that_is_the_solution_is_returned(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, curvature = linear_cg(lambda p: A @ p, b, x)
    assert ours is x and len(iterates) == 1 and curvature is None


def test_from_elsewhere_to_zero():
    A, _, x = system([1.0, 4.0, 9.0], 0)
    ours, *_ = linear_cg(lambda p: A @ p, np.zeros(3), x, max_iter=3)
    assert np.linalg.norm(ours) < 1e-12


def test_stop_sees_every_step():
    A, b, _ = system(np.arange(1.0, 9.0), 0)
    seen = []

    def stop(x, r, k):
        seen.append((x, r, k))
        return k == 3
    x, iterates, curvature = linear_cg(lambda p: A @ p, b, stop=stop)
    assert [k for *_, k in seen] == [1, 2, 3] and len(iterates) == 4 and curvature is None
    for (at, r, k), iterate in zip(seen, iterates[1:]):
        assert at is iterate
        assert_close(r, b - A @ at, 1e-10)


def test_limits_and_memory():
    A, b, _ = system(np.arange(1.0, 9.0), 0)
    products = []
    product = lambda p: products.append(p) or A @ p
    x, iterates, _ = linear_cg(product, b, max_iter=4)
    assert len(products) == 4 and len(iterates) == 5
    bare, none, _ = linear_cg(product, b, max_iter=4, keep=False)
    assert none == [] and (bare == x).all()
    loose, few, _ = linear_cg(product, b, tol=1e-2)
    assert np.linalg.norm(b - A @ loose) <= 1e-2 * np.linalg.norm(b) < np.linalg.norm(b - A @ few[-2])
    products.clear()
    linear_cg(product, b, tol=0)
    assert len(products) == 16


def test_linear_cg_changes_nothing_in_place():
    A, b, x = system([1.0, 4.0, 9.0], 0)
    x0 = x + 1
    copies = b.copy(), x0.copy()
    _, iterates, _ = linear_cg(lambda p: A @ p, b, x0)
    assert_array_equal(b, copies[0])
    assert_array_equal(x0, copies[1])
    assert len({id(iterate) for iterate in iterates}) == len(iterates)


def test_linear_cg_stays_in_float32():
    A, b, x = system([1.0, 4.0, 9.0], 0)
    ours, *_ = linear_cg(lambda p: A.astype(np.float32) @ p, b.astype(np.float32), tol=1e-5)
    assert ours.dtype == np.float32
    assert_close(ours, x.astype(np.float32), 1e-4)


# --- the β ------------------------------------------------------------------------------------------------------------

def step_data(seed, n=4):
    """(g₊, g, p) with pᵀ(g₊ − g) > 0 and pᵀg < 0, as the Wolfe conditions leave them."""
    rng = np.random.default_rng(seed)
    g_new, g, p = rng.standard_normal((3, n))
    p = p - (p @ g + rng.uniform(0.2, 2) * (g @ g)) / (g @ g) * g
    assume(p @ (g_new - g) > 0.05 * (np.linalg.norm(p) * np.linalg.norm(g_new - g)))
    return g_new, g, p


@given(seeds)
def test_the_formulas(seed):
    g_new, g, p = step_data(seed)
    y, plain = g_new - g, (g_new, g)
    values = {name: beta(g_new, g, p, *plain) for name, beta in BETAS.items()}
    HS = (y @ g_new) / (p @ y)
    assert values["FR"] == pytest.approx((g_new @ g_new) / (g @ g))
    assert values["PR+"] == pytest.approx(max(0, (y @ g_new) / (g @ g)))
    assert values["HS"] == pytest.approx(HS)
    assert values["DY"] == pytest.approx((g_new @ g_new) / (p @ y))
    bound = -1 / (np.linalg.norm(p) * min(0.01, np.linalg.norm(g)))
    assert values["HZ"] == pytest.approx(max(bound, HS - 2 * (y @ y) * (p @ g_new) / (p @ y) ** 2))


@given(seeds)
def test_a_preconditioner_in_beta_is_a_change_of_variables(seed):
    """With M = C Cᵀ, g_u = Cᵀg and p = C p_u, each β of (g, z = M g) is that of (g_u, g_u)."""
    g_new, g, p = step_data(seed)
    C = np.diag([0.5, 1.0, 2.0, 3.0]) + 0.3 * np.tri(4, k=-1)
    M, q = C @ C.T, np.linalg.solve(C, p)
    for beta in (beta_fletcher_reeves, beta_polak_ribiere, beta_hestenes_stiefel, beta_dai_yuan):
        assert beta(g_new, g, p, M @ g_new, M @ g) == pytest.approx(beta(C.T @ g_new, C.T @ g, q, C.T @ g_new, C.T @ g), rel=1e-8)


@given(seeds)
def test_hager_zhang_goes_down_whatever_the_search(seed):
    """gᵀp ≤ −⅞ ‖g‖² (Hager, Zhang 2005, theorem 1.1)."""
    g_new, g, p = step_data(seed)
    p_new = -g_new + beta_hager_zhang(g_new, g, p, g_new, g) * p
    assert g_new @ p_new <= -7 / 8 * (g_new @ g_new) + 1e-12


@given(seeds)
def test_dai_yuan_goes_down_where_there_is_curvature(seed):
    g_new, g, p = step_data(seed)
    assert g_new @ (-g_new + beta_dai_yuan(g_new, g, p, g_new, g) * p) < 0


# --- the nonlinear method ---------------------------------------------------------------------------------------------

BOWLS = [quadratic(spectrum, rng=seed, centre=np.arange(len(spectrum)) / 3)
         for seed, spectrum in enumerate([[1.0, 30.0], [0.5, 1.0, 4.0, 20.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], np.geomspace(0.1, 10, 9)])]
each_bowl = pytest.mark.parametrize("f", BOWLS, ids=repr)


def run(f, method, x=None, **options):
    return minimize(f, f.starts[0] if x is None else x, method, **{"gtol": 0, "record": ["x", "gradient", "p"]} | options)


@each_beta
@each_bowl
@pytest.mark.parametrize("memory", [0, 1, 5])
def test_all_beta_are_linear_conjugate_gradients_on_a_quadratic(f, beta, memory):
    x = f.starts[0]
    H = f.hessian(x)
    _, iterates, _ = linear_cg(lambda p: H @ p, H @ f.centre, x)
    result = run(f, NonlinearCG(beta, memory, search=Exact()), max_iter=f.n)
    for ours, theirs in zip(result.history["x"], iterates[:f.n + 1]):
        assert_close(ours, theirs, 1e-5)
    assert np.linalg.norm(result.jac) <= 1e-6 * result.history["gradient_norm"][0]
    assert result.history["gradient_norm"][f.n - 1] > 1e-5 * result.history["gradient_norm"][0]


@each_bowl
def test_directions_are_conjugate_gradients_are_not(f):
    result = run(f, NonlinearCG(memory=0, search=Exact()), max_iter=f.n)
    P, G, H = result.history["p"][:f.n], result.history["gradient"][:f.n], f.hessian(f.starts[0])
    P[0] = -G[0]
    P, G = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in (P, G))
    assert_close(P @ H @ P.T, np.diag(np.diag(P @ H @ P.T)), 1e-5)
    assert_close(G @ G.T, np.eye(f.n), 1e-5)
    assert abs(G[1] @ H @ G[0]) > 0.1


@each_beta
@pytest.mark.parametrize("memory", [0, 5])
@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau(), rosenbrock(8)], ids=repr)
def test_every_beta_finds_a_minimum(f, beta, memory):
    x = f.starts[0] + 0.1
    result = minimize(f, x, NonlinearCG(beta, memory), gtol=1e-7, max_iter=2000)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-7


@each_beta
@pytest.mark.parametrize("search", [StrongWolfe(c2=0.1), HagerZhang(), Exact()], ids=repr)
def test_other_searches_will_do(beta, search):
    f = rosenbrock()
    assert minimize(f, f.starts[0], NonlinearCG(beta, search=search), gtol=1e-7, max_iter=500).success


def test_a_restart_is_the_gradient():
    f = rosenbrock(5)
    result = run(f, NonlinearCG("HS", 0, restart=3), max_iter=12)
    for k, (p, g) in enumerate(zip(result.history["p"], result.history["gradient"])):
        if k:
            assert (p == -g).all() == (k % 3 == 0)


@pytest.mark.parametrize("beta", ["FR", "DY"])
def test_jammed_directions_are_dropped(beta):
    """Successive gradients that are far from orthogonal: FR and DY would keep a bad direction for ever (Powell 1977)."""
    result = run(rosenbrock(5), NonlinearCG(beta, 0), max_iter=30)
    P, G = result.history["p"], result.history["gradient"]
    restarted = [(p == -g).all() for p, g in zip(P[1:], G[1:])]
    jammed = [abs(g @ new) > 0.5 * (new @ new) for g, new in zip(G, G[1:])]
    assert restarted == jammed and 0 < sum(jammed) < 30


def test_a_direction_that_does_not_go_down_is_dropped():
    """Between steps the function changes, so that the old direction leads up."""
    f, method, x = rosenbrock(), NonlinearCG("FR", 0), np.array([-1.2, 1.0])
    g = f.gradient(x)
    new, state = method.step(f, x, {"k": 4, "p": g, "first": 1e-3, **no_pairs(np.ones(2))})
    fresh, _ = method.step(f, x, method.start(f, x))
    assert_array_equal(new, fresh)
    flat = Function(lambda x: 0.0 if (x == 1).all() else np.inf, np.ones_like)
    with pytest.raises(NoProgress):
        method.step(flat, np.ones(2), {"k": 4, "p": -np.ones(2), "first": 1.0, **no_pairs(np.ones(2))})


@pytest.mark.parametrize("memory", [1, 4])
def test_memory_preconditions_with_the_last_pairs(memory):
    f, method = rosenbrock(4), NonlinearCG("HS", memory)
    x, seen = f.starts[0] + 0.1, []
    state = method.start(f, x)
    for k in range(8):
        new, after = method.step(f, x, state)
        seen = [*seen, secant(f, x, new)][-memory:]
        assert_array_equal(after["pairs"], seen)
        g_new, g, p = f.gradient(new), f.gradient(x), state["p"] if k else -f.gradient(x)
        M = lambda v: two_loop(seen, v, spread(*seen[-1]))
        expected = -M(g_new) + beta_hestenes_stiefel(g_new, g, p, M(g_new), M(g)) * p
        assert_close(after["p"], expected if expected @ g_new < 0 else -M(g_new), 1e-12)
        assert after["first"] == 1.0
        x, state = new, after


def test_memory_saves_evaluations_where_the_condition_is_bad():
    f = quadratic(np.geomspace(1e-2, 1e2, 40), rng=1)
    for g in (f, rosenbrock(20)):
        classical, limited = (minimize(g, g.starts[0], NonlinearCG(memory=memory), gtol=1e-6, max_iter=5000) for memory in (0, 5))
        assert classical.success and limited.success and limited.nfev < classical.nfev


def test_the_first_trial_of_the_classical_method_repeats_the_last_change():
    """t₀ is where a first-order model of φ falls by as much as in the step before."""
    f, method = rosenbrock(4), NonlinearCG(memory=0)
    x = f.starts[0] + 0.1
    state = method.start(f, x)
    for k in range(6):
        p = state["p"] if k else -f.gradient(x)
        new, after = method.step(f, x, state)
        t = np.linalg.norm(new - x) / np.linalg.norm(p)
        assert after["first"] * (after["p"] @ f.gradient(new)) == pytest.approx(t * (p @ f.gradient(x)), rel=1e-9)
        x, state = new, after


@pytest.mark.parametrize("method", [NonlinearCG(), NonlinearCG("HZ", 0)], ids=repr)
def test_nothing_is_updated_in_place(method):
    assert_steps_leave_the_past_alone(rosenbrock(4), method)


@pytest.mark.parametrize("memory", [0, 5])
def test_float32_stays_float32(memory):
    f = rosenbrock()
    single = Function(lambda x: np.float32(f.value(x)), lambda x: f.gradient(x).astype(np.float32), n=2)
    result = minimize(single, np.array([-1.2, 1.0], np.float32), NonlinearCG(memory=memory), gtol=1e-2, max_iter=300, record=["p"])
    assert result.success and result.x.dtype == result.history["p"].dtype == np.float32


@pytest.mark.parametrize("make", [lambda: NonlinearCG("CD"), lambda: NonlinearCG(memory=-1), lambda: NonlinearCG(memory=1.5),
                                  lambda: NonlinearCG(restart=0), lambda: NonlinearCG(restart=2.5)])
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()


@pytest.mark.parametrize("seed", range(4))
def test_runs_do_not_die_of_rounding_near_the_minimum(seed):
    data, net = datasets.two_moons(80, rng=0), MLP([2, 5, 2])
    f = Objective(net, data.X, data.y, "softmax_crossentropy", l2=1e-2)
    assert minimize(f, net.init(rng=seed), NonlinearCG(), gtol=1e-10).success
