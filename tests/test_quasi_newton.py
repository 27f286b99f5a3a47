"""Quasi-Newton methods: the laws of each update, their least-change problems, conjugate gradients, order, resets."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, assert_steps_leave_the_past_alone, refuses
from numpy.testing import assert_array_equal
from scipy.linalg import null_space

from minnet import Function, minimize
from minnet.optim import BFGS, DFP, LBFGS, SR1, Armijo, Exact, Fixed, HagerZhang, NoProgress, StrongWolfe
from minnet.linalg import packed
from minnet.linalg.linear_cg import linear_cg
from minnet.optim.quasi_newton import (bfgs_update, curved, damped, dfp_update, no_pairs, psb_update, searched, secant,
                                       spread, sr1_update, two_loop, with_pair)
from minnet.problems import beale, himmelblau, quadratic, rosenbrock

seeds, sizes = st.integers(0, 9999), st.integers(2, 6)
UPDATES = {"bfgs": bfgs_update, "dfp": dfp_update}     # of H, with H y = s


def definite(rng, n, spread=10.0):
    """A symmetric positive definite matrix (n, n)."""
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    H = (Q * spread ** rng.uniform(-0.5, 0.5, n)) @ Q.T
    return (H + H.T) / 2


def pair(rng, n, sign=1):
    """(s, y) with sᵀy of that sign, not small."""
    s, y = rng.standard_normal((2, n))
    sy = sign * rng.uniform(0.2, 2) * np.linalg.norm(s) * np.linalg.norm(y)
    return s, y + (sy - s @ y) / (s @ s) * s


def history(rng, n, length):
    return [pair(rng, n) for _ in range(length)]


# --- updates ----------------------------------------------------------------------------------------------------------

@given(seeds, sizes)
def test_every_update_satisfies_the_secant_equation_and_is_symmetric_to_the_bit(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    for update, (given_, wanted) in {bfgs_update: (y, s), dfp_update: (y, s), psb_update: (s, y), sr1_update: (s, y)}.items():
        new = update(H, s, y)
        assert_array_equal(new, new.T)
        assert_close(new @ given_, wanted, 1e-10)


@given(seeds, sizes, st.sampled_from([1, -1]))
@pytest.mark.parametrize("name", UPDATES)
def test_definite_exactly_where_the_curvature_is_positive(name, seed, n, sign):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n, sign)
    lowest = np.linalg.eigvalsh(UPDATES[name](H, s, y))[0]
    assert lowest > 0 if sign > 0 else lowest < 0


@given(seeds, sizes)
def test_the_lectures_formula_is_the_update(seed, n):
    """Product form, the lecture's; sum form, Nocedal and Wright's (6.17) multiplied out; ours."""
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    I, sy = np.eye(n), y @ s
    product = (I - np.outer(s, y) / sy) @ H @ (I - np.outer(y, s) / sy) + np.outer(s, s) / sy
    total = H + (sy + y @ H @ y) * np.outer(s, s) / sy**2 - (np.outer(H @ y, s) + np.outer(s, H @ y)) / sy
    assert_close(bfgs_update(H, s, y), product, 1e-12)
    assert_close(total, product, 1e-12)


def least_change(H, s, y, W):
    """The symmetric H⁺ with H⁺ y = s for which ‖W^½ (H⁺ − H) W^½‖_F is least, by linear algebra: particular solutions
    of the constraints and their null space."""
    n = len(s)
    lam, Q = np.linalg.eigh(W)
    root = (Q * np.sqrt(lam)) @ Q.T
    basis = [np.outer(a, b) + np.outer(b, a) for i, a in enumerate(np.eye(n)) for b in np.eye(n)[i:]]
    constraint = np.stack([E @ y for E in basis], axis=1)
    change = np.stack([(root @ E @ root).ravel() for E in basis], axis=1)
    z, N = np.linalg.lstsq(constraint, s - H @ y, rcond=None)[0], null_space(constraint)
    z = z - N @ np.linalg.lstsq(change @ N, change @ z, rcond=None)[0]
    return H + sum(coefficient * E for coefficient, E in zip(z, basis))


def weight(rng, s, y):
    """Any positive definite W with W s = y."""
    M = definite(rng, len(s))
    return M - np.outer(M @ s, M @ s) / (s @ M @ s) + np.outer(y, y) / (s @ y)


@given(seeds, sizes)
def test_bfgs_is_the_least_change_of_the_inverse(seed, n):
    """The weighted problem of the lecture notes has one solution whatever the weight, as long as W s = y."""
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    for _ in range(2):
        assert_close(least_change(H, s, y, weight(rng, s, y)), bfgs_update(H, s, y), 1e-8)


@given(seeds, sizes)
def test_dfp_is_the_least_change_of_the_matrix(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    W = weight(rng, y, s)
    assert_close(W @ y, s, 1e-10)
    assert_close(np.linalg.inv(least_change(np.linalg.inv(H), y, s, W)), dfp_update(H, s, y), 1e-7)


@given(seeds, sizes)
def test_dfp_is_bfgs_with_its_parts_exchanged(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    assert_close(np.linalg.inv(bfgs_update(np.linalg.inv(H), y, s)), dfp_update(H, s, y), 1e-8)


@given(seeds, sizes)
def test_psb_is_the_least_change_in_the_plain_norm(seed, n):
    rng = np.random.default_rng(seed)
    B, (s, y) = definite(rng, n), pair(rng, n)
    assert_close(least_change(B, y, s, np.eye(n)), psb_update(B, s, y), 1e-8)


def test_the_plain_norm_loses_definiteness_though_the_curvature_is_positive():
    s, y = np.array([1.0, 0.0]), np.array([0.1, 2.0])
    assert s @ y > 0
    assert np.linalg.eigvalsh(psb_update(np.eye(2), s, y))[0] < -1
    for update in UPDATES.values():
        assert np.linalg.eigvalsh(update(np.eye(2), s, y))[0] > 0


@given(seeds, sizes)
def test_updates_do_not_see_linear_maps(seed, n):
    """x = A u turns s into A⁻¹ s, y into Aᵀ y and H into A⁻¹ H A⁻ᵀ; PSB has no such law."""
    rng = np.random.default_rng(seed)
    H, (s, y), A = definite(rng, n), pair(rng, n), definite(rng, n) @ definite(rng, n)
    inverse = np.linalg.inv(A)
    for update in UPDATES.values():
        assert_close(update(inverse @ H @ inverse.T, inverse @ s, A.T @ y), inverse @ update(H, s, y) @ inverse.T, 1e-8)
    assert_close(sr1_update(A.T @ H @ A, inverse @ s, A.T @ y), A.T @ sr1_update(H, s, y) @ A, 1e-6)


@given(seeds, sizes)
def test_sr1_finds_the_hessian_of_a_quadratic_in_n_steps(seed, n):
    rng = np.random.default_rng(seed)
    A, B = quadratic(rng.choice([-3.0, -1.0, 0.5, 2.0], n), rng=seed).hessian(np.zeros(n)), definite(rng, n)
    for s in np.linalg.qr(rng.standard_normal((n, n)))[0]:
        B = sr1_update(B, s, A @ s)
    assert_close(B, A, 1e-6)


def test_sr1_leaves_out_what_it_cannot_divide_by():
    B, s = np.diag([1.0, 3.0]), np.array([1.0, 0.0])
    assert sr1_update(B, s, B @ s) is B                               # nothing to learn
    assert sr1_update(B, s, B @ s + np.array([1e-12, 1.0])) is B      # r orthogonal to s
    assert sr1_update(B, s, B @ s + np.array([1e-6, 1.0])) is not B


@given(seeds, sizes)
def test_damping_leaves_a_fifth_of_the_curvature(seed, n):
    rng = np.random.default_rng(seed)
    B, s, y = definite(rng, n), *rng.standard_normal((2, n))
    mixed = damped(s, y, B @ s)
    assert s @ mixed >= 0.2 * (s @ B @ s) * (1 - 1e-12)
    if s @ y >= 0.2 * (s @ B @ s):
        assert mixed is y
    else:
        assert s @ mixed == pytest.approx(0.2 * (s @ B @ s))
        a, b = mixed - B @ s, y - B @ s                               # on the line from B s to y
        assert_close(a, (a @ b) / (b @ b) * b, 1e-9)


def test_curved_is_relative():
    s = np.array([1e-150, 0.0])
    assert curved(s, s) and not curved(s, -s) and not curved(s, np.array([0.0, 1.0])) and not curved(0 * s, s)
    assert not curved(s, np.array([1e-17, 1.0]))


# --- packed triangles -------------------------------------------------------------------------------------------------

@given(seeds, sizes, st.sampled_from([np.float64, np.float32]))
def test_packed_matrices_are_matrices(seed, n, dtype):
    rng = np.random.default_rng(seed)
    a, b, v = rng.standard_normal((3, n)).astype(dtype)
    I = packed.identity(n, dtype)
    A = packed.plus(I, a, b)
    dense = np.eye(n) + np.outer(a, b) + np.outer(b, a)
    tol = 20 * np.finfo(dtype).eps
    assert A.shape == (n * (n + 1) // 2,) and A.dtype == packed.times(A, v).dtype == packed.dense(A).dtype == dtype
    assert_close(packed.dense(A), dense, tol)
    assert_close(packed.times(A, v), dense @ v, tol)
    assert_array_equal(packed.dense(I), np.eye(n))                 # not updated in place


# --- two loops --------------------------------------------------------------------------------------------------------

@given(seeds, sizes, st.integers(0, 9), st.sampled_from([None, 1.0, 0.03, 70.0]), st.booleans())
def test_two_loops_are_the_dense_matrix(seed, n, length, gamma, preconditioned):
    rng = np.random.default_rng(seed)
    pairs, g = history(rng, n, length), rng.standard_normal(n)
    root = rng.standard_normal((n, n)) / n
    before, M = g.copy(), np.eye(n) + root @ root.T * preconditioned
    newest = (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ M @ pairs[-1][1]) if pairs else 1.0
    H = (newest if gamma is None else gamma) * M
    for s, y in pairs:
        H = bfgs_update(H, s, y)
    assert_close(two_loop(pairs, g, gamma, (lambda v: M @ v) if preconditioned else None), H @ g, 1e-9)
    assert_array_equal(g, before)


@given(seeds, sizes, st.integers(1, 9))
def test_two_loops_are_the_recursion(seed, n, length):
    """Algorithm 7.4 of Nocedal and Wright, loop by loop."""
    rng = np.random.default_rng(seed)
    pairs, q = history(rng, n, length), rng.standard_normal(n)
    expected, alphas = q.copy(), []
    for s, y in reversed(pairs):
        alphas.append(s @ expected / (s @ y))
        expected -= alphas[-1] * y
    expected *= 0.3
    for (s, y), alpha in zip(pairs, reversed(alphas)):
        expected += (alpha - y @ expected / (s @ y)) * s
    assert_close(two_loop(pairs, q, 0.3), expected, 1e-9)


@pytest.mark.parametrize("f, start", [(rosenbrock(), [-1.2, 1.0]), (beale(), [1.0, 1.0]), (rosenbrock(6), None)], ids=repr)
def test_the_state_of_bfgs_is_the_matrix_of_all_its_pairs(f, start):
    x = f.starts[0] if start is None else np.array(start)
    method, pairs = BFGS(), []
    state = method.start(f, x)
    for _ in range(12):
        new, state = method.step(f, x, state)
        pairs.append(secant(f, x, new))
        x, g = new, f.gradient(new)
        H = state["gamma"] * packed.dense(state["U"]) + packed.dense(state["R"])
        assert state["gamma"] == spread(*pairs[-1]) and state["known"] == len(pairs)
        assert_close(H @ g, two_loop(pairs, g, state["gamma"]), 1e-6)
        assert np.linalg.eigvalsh(H)[0] > 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("memory", [1, 3, 9])
def test_a_state_keeps_the_last_pairs_and_their_products(memory, dtype):
    pairs = history(np.random.default_rng(0), 3, 5)
    state = no_pairs(np.zeros(3, dtype))
    assert state["pairs"].shape == (0, 2, 3)
    for k, (s, y) in enumerate(pairs, 1):
        before = state
        state = with_pair(state, s.astype(dtype), y.astype(dtype), memory)
        kept = np.array(pairs[:k][-memory:], dtype)
        assert_array_equal(state["pairs"], kept)
        assert state["pairs"].dtype == state["products"].dtype == dtype
        assert_close(np.triu(state["products"]), np.triu(kept[:, 0] @ kept[:, 1].T), 4 * np.finfo(dtype).eps)
        assert len(before["pairs"]) == len(before["products"]) == min(k - 1, memory)


@pytest.mark.parametrize("memory", [1, 3])
def test_lbfgs_keeps_its_last_pairs(memory):
    f = rosenbrock()
    x, method = f.starts[0], LBFGS(memory)
    state, seen = method.start(f, x), []
    for _ in range(7):
        new, state = method.step(f, x, state)
        seen.append(secant(f, x, new))
        x = new
    assert_array_equal(state["pairs"], seen[-memory:])


# --- quadratics -------------------------------------------------------------------------------------------------------

BOWLS = [quadratic(spectrum, rng=seed, centre=np.arange(len(spectrum)) / 3)
         for seed, spectrum in enumerate([[1.0, 30.0], [0.5, 1.0, 4.0, 20.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], np.geomspace(0.1, 10, 9)])]
each_bowl = pytest.mark.parametrize("f", BOWLS, ids=repr)


def run(f, method, x=None, **options):
    return minimize(f, f.starts[0] if x is None else x, method, **{"gtol": 0, "record": ["x"]} | options)


@each_bowl
@pytest.mark.parametrize("method", [BFGS(Exact()), DFP(Exact()), LBFGS(1, Exact()), LBFGS(20, Exact())], ids=repr)
def test_with_exact_searches_the_iterates_are_those_of_conjugate_gradients(f, method):
    x, H = f.starts[0], f.hessian(f.starts[0])
    _, iterates, _ = linear_cg(lambda p: H @ p, H @ f.centre, x)
    result = run(f, method, max_iter=f.n)
    for ours, theirs in zip(result.history["x"], iterates[:f.n + 1]):
        assert_close(ours, theirs, 1e-6)


@each_bowl
@pytest.mark.parametrize("method", [BFGS(Exact()), DFP(Exact()), LBFGS(search=Exact())], ids=repr)
def test_n_exact_steps_end_on_a_quadratic(f, method):
    result = run(f, method, max_iter=f.n)
    assert np.linalg.norm(result.jac) <= 1e-7 * result.history["gradient_norm"][0]
    assert result.history["gradient_norm"][f.n - 1] > 1e-5 * result.history["gradient_norm"][0]


@each_bowl
@pytest.mark.parametrize("update", [bfgs_update, dfp_update], ids=["bfgs", "dfp"])
def test_after_n_exact_steps_the_inverse_hessian_is_known(f, update):
    x, H, S = f.starts[0], np.eye(f.n), f.hessian(f.starts[0])
    for _ in range(f.n):
        g = f.gradient(x)
        p = -H @ g
        s = -(g @ p) / (p @ S @ p) * p
        x, H = x + s, update(H, s, S @ s)
    assert_close(H @ S, np.eye(f.n), 1e-5)


@each_bowl
def test_one_eigenvalue_more_is_one_step_more(f):
    """Conjugate gradients, and so BFGS, take as many steps as there are different eigenvalues."""
    g = quadratic(np.where(np.arange(f.n) < f.n // 2, 1.0, 7.0), rng=3)
    result = run(g, BFGS(Exact()), max_iter=2)
    assert np.linalg.norm(result.jac) <= 1e-12 * result.history["gradient_norm"][0]


# --- the pair (s, y) --------------------------------------------------------------------------------------------------

@given(seeds, sizes)
def test_on_a_quadratic_y_is_the_difference_of_gradients(seed, n):
    rng = np.random.default_rng(seed)
    f, (x, new) = quadratic(rng.uniform(0.5, 20, n), rng=seed), rng.standard_normal((2, n))
    s, y = secant(f, x, new)
    assert_array_equal(s, new - x)
    assert_close(y, f.gradient(new) - f.gradient(x), 1e-10)


def polynomial(rng, n, *degrees):
    """A sum of cubes and fourth powers of linear forms on a bowl."""
    forms, H = {k: rng.standard_normal((n, n)) / np.sqrt(n) for k in degrees}, 60 * definite(rng, n)
    return Function(lambda x: x @ H @ x / 2 + sum(((A @ x) ** k).sum() for k, A in forms.items()),
                    lambda x: H @ x + sum(k * (A @ x) ** (k - 1) @ A for k, A in forms.items()),
                    hessian=lambda x: H + sum(k * (k - 1) * (A.T * (A @ x) ** (k - 2)) @ A for k, A in forms.items()))


@given(seeds, sizes)
def test_on_a_cubic_the_curvature_at_the_new_point_is_exact(seed, n):
    rng = np.random.default_rng(seed)
    f, x = polynomial(rng, n, 3), 0.3 * rng.uniform(-1, 1, n)
    new = x + 0.1 * rng.uniform(-1, 1, n)
    s, y = secant(f, x, new)
    assert s @ y == pytest.approx(s @ f.hessian(new) @ s, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_curvature_is_of_one_order_more(seed):
    """sᵀ(B s − y) falls as ‖s‖³ for the plain y, as ‖s‖⁴ for `secant`'s."""
    rng = np.random.default_rng(seed)
    f, x, direction = polynomial(rng, 3, 3, 4), 0.3 * rng.standard_normal(3), 0.3 * rng.standard_normal(3)
    sizes = 0.5 ** np.arange(2, 7)
    plain, ours = [], []
    for t in sizes:
        new = x + t * direction
        s, y = secant(f, x, new)
        exact = s @ f.hessian(new) @ s
        plain.append(abs(exact - s @ (f.gradient(new) - f.gradient(x))))
        ours.append(abs(exact - s @ y))
    order = lambda errors: np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert order(plain) == pytest.approx(3, abs=0.15) and order(ours) == pytest.approx(4, abs=0.15)


def test_the_factor_of_y_is_kept_in_bounds():
    wild = Function(lambda x: x[0] ** 2 + 5 * np.sin(40 * x[0]), lambda x: 2 * x)
    for new in np.linspace(0.05, 1, 9):
        s, y = secant(wild, np.zeros(1), np.array([new]))
        assert 0.3 - 1e-12 <= y[0] / (2 * s[0]) <= 3 + 1e-12


def test_where_values_drown_y_is_the_difference_of_gradients():
    f = Function(lambda x: 1e6 + x @ x / 2 + 1e-9 * np.sin(1e9 * x[0]), lambda x: x)
    x, new = np.array([1e-5, 0.0]), np.array([0.0, 1e-5])
    assert_array_equal(secant(f, x, new)[1], new - x)


# --- methods ----------------------------------------------------------------------------------------------------------

METHODS = [BFGS(), DFP(), LBFGS(), LBFGS(2), SR1()]
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)


@each_method
@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_convergence_is_superlinear(f, method):
    """The gradient falls by growing factors at the end."""
    norms = run(f, method, f.starts[0] + 0.1, gtol=1e-12, max_iter=500).history["gradient_norm"]
    assert norms[-1] < 1e-9 * norms[0]
    last = norms[norms > 1e-13 * norms[0]][-6:]
    if method != LBFGS(2):
        assert (last[1:] / last[:-1])[-2:].min() < 0.05


@pytest.mark.parametrize("search", [Armijo(), HagerZhang(), StrongWolfe(), Exact(), StrongWolfe(c2=0.1), HagerZhang(c2=0.1)], ids=repr)
@pytest.mark.parametrize("kind", [BFGS, DFP, LBFGS])
def test_every_search_will_do(kind, search):
    """But DFP, which mends a bad matrix slowly, wants a good one (Nocedal, Wright 2006, section 6.1)."""
    f = rosenbrock()
    if kind is not DFP or isinstance(search, Exact) or getattr(search, "c2", 1) <= 0.1:
        result = minimize(f, f.starts[0], kind(search=search), gtol=1e-8, max_iter=100)
        assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-8


def test_fixed_steps_of_bfgs_are_newtons_on_a_line():
    """t = 1 from the second step on is the secant method."""
    f = Function(lambda x: np.exp(x[0]) - 2 * x[0], lambda x: np.exp(x) - 2)
    path = run(f, BFGS(Fixed(1.0)), np.array([1.0]), gtol=1e-13).history["x"]
    assert abs(path[-1] - np.log(2)) < 1e-12 and len(path) < 12


@each_method
def test_nothing_is_updated_in_place(method):
    assert_steps_leave_the_past_alone(rosenbrock(4), method)


@each_method
def test_a_step_at_a_minimum_says_so(method):
    f = rosenbrock()
    with pytest.raises(NoProgress):
        method.step(f, np.ones(2), method.start(f, np.ones(2)))


def uphill(method, f, x):
    """The method's state with a matrix that points uphill."""
    s = f.gradient(x)
    if isinstance(method, LBFGS):
        return with_pair(no_pairs(x), s, -s, 1)
    if isinstance(method, DFP):
        return {"known": 3, "H": -np.eye(len(x))}
    return {"known": 3, "gamma": 1.0, "U": -packed.identity(len(x)), "R": 0 * packed.identity(len(x))}


@pytest.mark.parametrize("method", [BFGS(), DFP(), LBFGS()], ids=repr)
def test_a_failing_search_starts_again_from_the_gradient(method):
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    reset, state = method.step(f, x, uphill(method, f, x))
    fresh, other = method.step(f, x, method.start(f, x))
    assert_array_equal(reset, fresh)
    assert state.keys() == other.keys()
    for name in state:
        assert_array_equal(state[name], other[name])
    island = Function(lambda x: 0.0 if (x == 1).all() else np.inf, np.ones_like)
    with pytest.raises(NoProgress):                               # and there is no third way
        method.step(island, np.ones(2), uphill(method, island, np.ones(2)))


def test_what_is_not_curved_teaches_nothing():
    """On a concave line the pair of a fixed step has sᵀy < 0."""
    f = Function(lambda x: -x @ x / 2, lambda x: -x)
    x = np.array([1.0, 0.5])
    for method in (BFGS(Fixed(0.5)), DFP(Fixed(0.5)), LBFGS(search=Fixed(0.5))):
        start = method.start(f, x)
        new, state = method.step(f, x, start)
        assert_array_equal(new, 1.5 * x)
        assert state.keys() == start.keys() and all(np.array_equal(state[name], start[name]) for name in state)


def test_a_known_matrix_is_damped_instead():
    f = Function(lambda x: -x @ x / 2, lambda x: -x)
    x, I = np.array([1.0, 0.5]), packed.identity(2)
    new, state = BFGS(Fixed(0.5)).step(f, x, {"known": 1, "gamma": 1.0, "U": I, "R": 0 * I})
    H = state["gamma"] * packed.dense(state["U"]) + packed.dense(state["R"])
    assert state["known"] == 2 and np.linalg.eigvalsh(H)[0] > 0
    s = new - x
    assert_close(s @ np.linalg.solve(H, s), 0.2 * (s @ s), 1e-12)        # B was I


@each_method
def test_float32_stays_float32(method):
    f = rosenbrock()
    single = Function(lambda x: np.float32(f.value(x)), lambda x: f.gradient(x).astype(np.float32), n=2)
    result = minimize(single, np.array([-1.2, 1.0], np.float32), method, gtol=1e-2, max_iter=300)
    assert result.x.dtype == result.jac.dtype == np.float32 and result.success
    x = np.array([-1.2, 1.0], np.float32)
    state = method.start(single, x)
    for _ in range(3):
        x, state = method.step(single, x, state)
    assert x.dtype == np.float32
    assert {entry.dtype for entry in state.values() if isinstance(entry, np.ndarray)} <= {np.dtype(np.float32)}


def turned(f, A):
    """u ↦ f(A u)."""
    return Function(lambda u: f.value(A @ u), lambda u: A.T @ f.gradient(A @ u), n=f.n)


@pytest.mark.parametrize("method", [BFGS(Exact()), BFGS(), DFP(Exact()), LBFGS()], ids=repr)
@pytest.mark.parametrize("f", [rosenbrock(), beale(), rosenbrock(5)], ids=repr)
def test_iterates_turn_with_the_coordinates(f, method):
    f, Q = Function(f.value, f.gradient, n=f.n, name=f.name), quadratic(np.ones(f.n), rng=7).Q
    x = np.resize([-0.9, 0.7, 0.2], f.n)
    straight = run(f, method, x, max_iter=6).history["x"]
    assert_close(run(turned(f, Q), method, Q.T @ x, max_iter=6).history["x"] @ Q.T, straight, 1e-5)


@pytest.mark.parametrize("update", [bfgs_update, dfp_update], ids=["bfgs", "dfp"])
def test_from_a_matrix_that_goes_along_the_iterates_do_not_see_linear_maps(update):
    """x = A u and H_u = A⁻¹ H A⁻ᵀ, with exact searches."""
    f, A = rosenbrock(), np.array([[1.0, 0.5], [-0.3, 2.0]])
    inverse = np.linalg.inv(A)

    def path(f, x, H):
        for _ in range(5):
            g = f.gradient(x)
            s = searched(f, x, -H @ g, Exact(), 1.0) - x
            x, H = x + s, update(H, s, f.gradient(x + s) - g)
            yield x

    x, H = np.array([-1.2, 1.0]), 1e-3 * np.eye(2)
    for ours, theirs in zip(path(turned(f, A), inverse @ x, inverse @ H @ inverse.T), path(f, x, H), strict=True):
        assert_close(A @ ours, theirs, 1e-6)


def test_sr1_learns_of_negative_curvature():
    f = quadratic([-1.0, 2.0, 5.0], rng=2)
    x, method = f.starts[0], SR1()
    state = method.start(f, x)
    for _ in range(6):
        x, state = method.step(f, x, state)
    assert np.linalg.eigvalsh(state["B"])[0] == pytest.approx(-1, abs=0.2)


@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_lbfgs_that_forgets_nothing_is_bfgs(f):
    ours, theirs = (run(f, method, max_iter=10).history["x"] for method in (BFGS(), LBFGS(20)))
    assert_close(ours, theirs, 1e-5)


def test_the_cost_of_a_step_in_evaluations():
    """One value and one gradient a step, and seldom more."""
    for method in (BFGS(), LBFGS()):
        result = minimize(rosenbrock(), [-1.2, 1.0], method)
        assert result.success and result.nfev == result.njev <= 1.5 * result.nit and result.nit < 45


@pytest.mark.parametrize("make", [lambda: LBFGS(0), lambda: LBFGS(2.5), lambda: LBFGS(-1), lambda: SR1(0), lambda: SR1(np.inf)])
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()
