"""Nonlinear conjugate gradients: the β, all of them as one on a quadratic, restarts, memory."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws import assert_close, assert_steps_leave_the_past_alone, refuses
from numpy.testing import assert_array_equal
from secant_cases import each_bowl

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.linalg.linear_cg import linear_cg
from minnet.optim import Exact, HagerZhang, NonlinearCG, NoProgress, StrongWolfe
from minnet.optim.conjugate_gradient import (
    BETAS,
    beta_dai_yuan,
    beta_fletcher_reeves,
    beta_hager_zhang,
    beta_hestenes_stiefel,
    beta_polak_ribiere,
)
from minnet.optim.limited_memory import LimitedMemory
from minnet.optim.secant import secant_pair, secant_scale
from minnet.optim.updates import two_loop
from minnet.problems import beale, himmelblau, quadratic, rosenbrock

seeds = st.integers(0, 9999)
each_beta = pytest.mark.parametrize("beta", BETAS)


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
        assert beta(g_new, g, p, M @ g_new, M @ g) == pytest.approx(
            beta(C.T @ g_new, C.T @ g, q, C.T @ g_new, C.T @ g), rel=1e-8
        )


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


def run(f, method, x=None, **options):
    return minimize(
        f, f.starts[0] if x is None else x, method, **{"gtol": 0, "record": ["x", "gradient", "p"]} | options
    )


@each_beta
@each_bowl
@pytest.mark.parametrize("memory", [0, 1, 5])
def test_all_beta_are_linear_conjugate_gradients_on_a_quadratic(f, beta, memory):
    x = f.starts[0]
    H = f.hessian(x)
    _, iterates, _ = linear_cg(lambda p: H @ p, H @ f.centre, x)
    result = run(f, NonlinearCG(beta, memory, search=Exact()), max_iter=f.n)
    for ours, theirs in zip(result.history["x"], iterates[: f.n + 1]):
        assert_close(ours, theirs, 1e-5)
    assert np.linalg.norm(result.jac) <= 1e-6 * result.history["gradient_norm"][0]
    assert result.history["gradient_norm"][f.n - 1] > 1e-5 * result.history["gradient_norm"][0]


@each_bowl
def test_directions_are_conjugate_gradients_are_not(f):
    result = run(f, NonlinearCG(memory=0, search=Exact()), max_iter=f.n)
    P, G, H = result.history["p"][: f.n], result.history["gradient"][: f.n], f.hessian(f.starts[0])
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
    """Successive gradients that are far from orthogonal: FR and DY would keep a bad direction (Powell 1977)."""
    result = run(rosenbrock(5), NonlinearCG(beta, 0), max_iter=30)
    P, G = result.history["p"], result.history["gradient"]
    restarted = [(p == -g).all() for p, g in zip(P[1:], G[1:])]
    jammed = [abs(g @ new) > 0.5 * (new @ new) for g, new in zip(G, G[1:])]
    assert restarted == jammed and 0 < sum(jammed) < 30


def test_a_direction_that_does_not_go_down_is_dropped():
    """Between steps the function changes, so that the old direction leads up."""
    f, method, x = rosenbrock(), NonlinearCG("FR", 0), np.array([-1.2, 1.0])
    g = f.gradient(x)
    new, state = method.step(f, x, {"k": 4, "p": g, "first": 1e-3, **LimitedMemory.empty(2).state()})
    fresh, _ = method.step(f, x, method.start(f, x))
    assert_array_equal(new, fresh)
    flat = Function(lambda x: 0.0 if (x == 1).all() else np.inf, np.ones_like)
    with pytest.raises(NoProgress):
        method.step(flat, np.ones(2), {"k": 4, "p": -np.ones(2), "first": 1.0, **LimitedMemory.empty(2).state()})


@pytest.mark.parametrize("memory", [1, 4])
def test_memory_preconditions_with_the_last_pairs(memory):
    f, method = rosenbrock(4), NonlinearCG("HS", memory)
    x, seen = f.starts[0] + 0.1, []
    state = method.start(f, x)
    for k in range(8):
        new, after = method.step(f, x, state)
        seen = [*seen, secant_pair(f, x, new)][-memory:]
        assert_array_equal(after["pairs"], np.swapaxes(seen, 0, 1))
        g_new, g, p = f.gradient(new), f.gradient(x), state["p"] if k else -f.gradient(x)

        def M(v):
            return two_loop(seen, v, secant_scale(*seen[-1]))

        expected = -M(g_new) + beta_hestenes_stiefel(g_new, g, p, M(g_new), M(g)) * p
        assert_close(after["p"], expected if expected @ g_new < 0 else -M(g_new), 1e-12)
        assert after["first"] == 1.0
        x, state = new, after


def test_memory_saves_evaluations_where_the_condition_is_bad():
    f = quadratic(np.geomspace(1e-2, 1e2, 40), rng=1)
    for g in (f, rosenbrock(20)):
        classical, limited = (
            minimize(g, g.starts[0], NonlinearCG(memory=memory), gtol=1e-6, max_iter=5000) for memory in (0, 5)
        )
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
    result = minimize(
        single, np.array([-1.2, 1.0], np.float32), NonlinearCG(memory=memory), gtol=1e-2, max_iter=300, record=["p"]
    )
    assert result.success and result.x.dtype == result.history["p"].dtype == np.float32


@pytest.mark.parametrize(
    "make",
    [
        lambda: NonlinearCG("CD"),
        lambda: NonlinearCG(memory=-1),
        lambda: NonlinearCG(memory=1.5),
        lambda: NonlinearCG(restart=0),
        lambda: NonlinearCG(restart=2.5),
    ],
)
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()


@pytest.mark.parametrize("seed", range(4))
def test_runs_do_not_die_of_rounding_near_the_minimum(seed):
    data, net = datasets.two_moons(80, rng=0), MLP([2, 5, 2])
    f = Objective(net, data.X, data.y, "softmax_crossentropy", l2=1e-2)
    assert minimize(f, net.init(rng=seed), NonlinearCG(), gtol=1e-10).success
