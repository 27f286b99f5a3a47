"""First-order methods: PyTorch's steps, the lecture's own lines, and the laws of each."""
import functools
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, notebook_objective, refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Function, Objective, datasets, minimize, optim
from minnet.optim import (Adadelta, Adagrad, Adam, AdamW, Clipped, GradientDescent, Momentum, NAdam, Nesterov, RMSProp,
                          clip)
from minnet.optim.schedules import Cosine, OnPlateau, WarmUp
from minnet.problems import beale, quadratic, rosenbrock

METHODS = [GradientDescent(), Momentum(), Nesterov(), Nesterov(form="lookahead"), Adagrad(), Adadelta(), RMSProp(),
           RMSProp(momentum=0.9), RMSProp(momentum=0.9, nesterov=True), RMSProp(eps_inside=True), Adam(),
           Adam(bias_correction=False), Adam(bias_correction="first step"), AdamW(), NAdam()]
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)


def net():
    """(f, θ₀): a small classifier."""
    data = datasets.two_moons(30, rng=0)
    f = Objective(MLP([2, 4, 2], "tanh"), data.X, data.y, loss="softmax_crossentropy")
    return f, f.net.init(rng=0)


PROBLEMS = {  # f, start, a rate for steps in proportion to g
    "Rosenbrock": (rosenbrock(), np.array([-1.2, 1.0]), 3e-4),
    "Beale": (beale(), np.array([2.0, -2.0]), 1e-4),
    "network": (*net(), 0.1),
}
each_problem = pytest.mark.parametrize("problem", PROBLEMS)


def path(f, x, method, steps=200):
    return minimize(f, x, method, max_iter=steps, gtol=0, record=["x"]).history["x"]


def steps_on(gradients, method, x=None):
    """The steps that a method makes when it is shown one gradient after another, wherever it goes."""
    x = np.zeros(np.shape(gradients)[1]) if x is None else x
    state, steps = method.start(None, x), []
    for g in np.asarray(gradients):
        after, state = method.step(Function(lambda x: 0.0, lambda x: g), x, state)
        steps.append(after - x)
        x = after
    return np.array(steps)


# --- PyTorch ---------------------------------------------------------------------------------------------------------

def pytorchs_path(make, f, x0, changing, cut=None):
    torch = pytest.importorskip("torch")
    x = torch.tensor(x0, requires_grad=True)
    optimizer, path = make(torch.optim, [x]), [x0]
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: changing(epoch + 1))
    for _ in range(200):
        x.grad = torch.tensor(f.gradient(x.detach().numpy()))
        if cut:
            cut(torch.nn.utils, x)
        optimizer.step()
        scheduler.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


SAME = [  # ours, theirs, whether steps are in proportion to g
    (GradientDescent, lambda o, x, lr: o.SGD(x, lr), True),
    (lambda lr: GradientDescent(lr, weight_decay=0.1), lambda o, x, lr: o.SGD(x, lr, weight_decay=0.1), True),
    (Momentum, lambda o, x, lr: o.SGD(x, lr, momentum=0.9), True),
    (lambda lr: Momentum(lr, 0.5, weight_decay=0.1), lambda o, x, lr: o.SGD(x, lr, momentum=0.5, weight_decay=0.1), True),
    (Nesterov, lambda o, x, lr: o.SGD(x, lr, momentum=0.9, nesterov=True), True),
    (lambda lr: Nesterov(lr, 0.5, weight_decay=0.1),
     lambda o, x, lr: o.SGD(x, lr, momentum=0.5, weight_decay=0.1, nesterov=True), True),
    (Adagrad, lambda o, x, lr: o.Adagrad(x, lr, eps=1e-7), False),
    (lambda lr: Adagrad(lr, eps=0.1, weight_decay=0.1), lambda o, x, lr: o.Adagrad(x, lr, eps=0.1, weight_decay=0.1), False),
    (Adadelta, lambda o, x, lr: o.Adadelta(x, lr), False),
    (lambda lr: Adadelta(lr, rho=0.5, eps=1e-3, weight_decay=0.1),
     lambda o, x, lr: o.Adadelta(x, lr, rho=0.5, eps=1e-3, weight_decay=0.1), False),
    (RMSProp, lambda o, x, lr: o.RMSprop(x, lr, eps=1e-7), False),
    (lambda lr: RMSProp(lr, beta=0.8, eps=1e-2, weight_decay=0.1),
     lambda o, x, lr: o.RMSprop(x, lr, alpha=0.8, eps=1e-2, weight_decay=0.1), False),
    (lambda lr: RMSProp(lr, momentum=0.9), lambda o, x, lr: o.RMSprop(x, lr, eps=1e-7, momentum=0.9), False),
    (Adam, lambda o, x, lr: o.Adam(x, lr, eps=1e-7), False),
    (lambda lr: Adam(lr, 0.8, 0.99, 1e-2, weight_decay=0.1),
     lambda o, x, lr: o.Adam(x, lr, betas=(0.8, 0.99), eps=1e-2, weight_decay=0.1), False),
    (AdamW, lambda o, x, lr: o.AdamW(x, lr, eps=1e-7), False),
    (lambda lr: AdamW(lr, 0.8, 0.99, 1e-2, weight_decay=0.3),
     lambda o, x, lr: o.AdamW(x, lr, betas=(0.8, 0.99), eps=1e-2, weight_decay=0.3), False),
    (NAdam, lambda o, x, lr: o.NAdam(x, lr, eps=1e-7), False),
    (lambda lr: NAdam(lr, 0.8, 0.99, 1e-2, momentum_decay=0.1, weight_decay=0.1),
     lambda o, x, lr: o.NAdam(x, lr, betas=(0.8, 0.99), eps=1e-2, momentum_decay=0.1, weight_decay=0.1), False),
]


def of(lr):
    return repr(lr(0.01) if callable(lr) else lr)


@pytest.fixture
def doubles():
    """PyTorch keeps some numbers of its own, NAdam's product of μ among them, in its default precision."""
    torch = pytest.importorskip("torch")
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@each_problem
@pytest.mark.parametrize("ours, theirs, in_proportion", SAME, ids=[of(ours) for ours, *_ in SAME])
def test_two_hundred_steps_are_pytorchs(ours, theirs, in_proportion, problem, doubles):
    f, x, lr = PROBLEMS[problem]
    lr = lr if in_proportion else 0.003
    for changing in (lambda t: 1.0, lambda t: 1 + 0.5 * np.cos(t)):
        reference = pytorchs_path(lambda o, x: theirs(o, x, lr), f, x, changing)
        assert np.isfinite(reference).all() and len(np.unique(reference[:, 0])) > 100
        assert_close(path(f, x, ours(lambda t: lr * changing(t))), reference, 1e-10)


@each_problem
@pytest.mark.parametrize("bound, cut", [
    ({"max_norm": 0.3}, lambda u, x: u.clip_grad_norm_([x], 0.3)),
    ({"max_value": 0.2}, lambda u, x: u.clip_grad_value_([x], 0.2))], ids=["norm", "value"])
def test_two_hundred_clipped_steps_are_pytorchs(bound, cut, problem):
    f, x, lr = PROBLEMS[problem]
    reference = pytorchs_path(lambda o, x: o.SGD(x, lr, momentum=0.9, weight_decay=0.1), f, x, lambda t: 1.0, cut)
    assert_close(path(f, x, Clipped(Momentum(lr, weight_decay=0.1), **bound)), reference, 1e-10)


# --- the lecture -----------------------------------------------------------------------------------------------------

def lecture_momentum(g, x, eps, alpha=0.9):
    p = 0
    while True:
        p = alpha*p - eps*g(x)
        x = x + p
        yield x


def lecture_nesterov(g, x, eps, alpha=0.9):
    p = np.zeros_like(x)
    while True:
        p_old = p
        p = alpha*p - eps*g(x)
        x = x + p + alpha*(p-p_old)
        yield x


def lecture_adagrad(g, x, eps, nu=1e-7):
    a = 0
    while True:
        a = a + g(x)*g(x)
        x = x - eps * g(x) / (np.sqrt(a) + nu)
        yield x


def lecture_rmsprop(g, x, eps, beta=0.99, nu=1e-7):
    a = 0
    while True:
        a = beta * a + (1-beta) * g(x) * g(x)
        x = x - eps * g(x) / (np.sqrt(a + nu))
        yield x


def lecture_rmsprop_momentum(g, x, eps, alpha=0.9, beta=0.99, nu=1e-7):
    a = p = 0
    while True:
        a = beta * a + (1-beta) * g(x) * g(x)
        p = alpha * p - eps * g(x) / (np.sqrt(a) + nu)
        x = x + p
        yield x


def lecture_adam(g, x, eps, beta1=0.9, beta2=0.99, nu=1e-7):
    a = p = t = 0
    while True:
        t += 1
        p = beta1 * p + (1-beta1) * g(x)
        a = beta2 * a + (1-beta2) * g(x) * g(x)
        p_u = p / (1 - beta1**t)
        a_u = a / (1 - beta2**t)
        x = x - eps * p_u / (np.sqrt(a_u) + nu)
        yield x


@each_problem
@pytest.mark.parametrize("lines, method, in_proportion", [
    (lecture_momentum, Momentum, True), (lecture_nesterov, Nesterov, True), (lecture_adagrad, Adagrad, False),
    (lecture_rmsprop, lambda lr: RMSProp(lr, eps_inside=True), False),
    (lecture_rmsprop_momentum, lambda lr: RMSProp(lr, momentum=0.9), False),
    (lecture_adam, lambda lr: Adam(lr, beta2=0.99), False)])
def test_the_lectures_lines_with_its_defaults(lines, method, in_proportion, problem):
    f, x, lr = PROBLEMS[problem]
    lr = lr if in_proportion else 0.003
    loop = lines(f.gradient, x, lr)
    assert_close(path(f, x, method(lr), 100)[1:], np.array([next(loop) for _ in range(100)]), 1e-10)


# --- one rate for all ------------------------------------------------------------------------------------------------

SPECTRUM = np.array([1.0, 4.0, 10.0])


@pytest.mark.parametrize("lr, converges", [(0.05, True), (0.199, True), (0.2 * (1 - 1e-6), True), (0.201, False)])
def test_gradient_descent_converges_below_two_over_the_largest_eigenvalue(lr, converges):
    f = quadratic(SPECTRUM, rng=0, centre=[1.0, 2.0, 3.0])
    z = (path(f, f.starts[0], GradientDescent(lr), 500) - f.centre) @ f.Q
    assert_allclose(z[:50], (1 - lr * SPECTRUM)**np.arange(50)[:, None], rtol=0, atol=1e-9 * abs(z).max())
    assert (np.linalg.norm(z[-1]) < np.linalg.norm(z[0])) == converges


def test_momentum_unrolled():
    """v₄ = −ε (α³ g₁ + α² g₂ + α g₃ + g₄), with any gradients."""
    g, alpha, eps = np.random.default_rng(0).standard_normal((4, 3)), 0.7, 0.1
    v = steps_on(g, Momentum(eps, alpha))
    for k in range(1, 5):
        assert_allclose(v[k - 1], -eps * alpha**np.arange(k)[::-1] @ g[:k], rtol=1e-12)


@pytest.mark.parametrize("make", [lambda lr, a: Momentum(lr, a), lambda lr, a: RMSProp(lr, momentum=a)])
def test_momentum_speeds_a_constant_slope_up_by_one_over_one_minus_alpha(make):
    last = [steps_on(np.ones((2000, 1)), make(0.01, alpha))[-1] for alpha in (0.0, 0.9, 0.99)]
    assert_allclose(np.array(last) / last[0], [[1], [10], [100]], rtol=1e-4)


def test_the_best_momentum_on_a_quadratic_has_polyaks_rate():
    """lr = 4/(√L+√μ)², α = ((√κ−1)/(√κ+1))²: the error falls by √α a step, against (κ−1)/(κ+1) for the best lr alone."""
    mu, L, steps = 1.0, 100.0, 300
    f = quadratic([mu, 10.0, L], rng=0)
    root = (np.sqrt(L) - np.sqrt(mu)) / (np.sqrt(L) + np.sqrt(mu))
    best = Momentum(4 / (np.sqrt(L) + np.sqrt(mu))**2, root**2), GradientDescent(2 / (mu + L))
    errors = [np.linalg.norm(path(f, f.starts[0], method, steps), axis=1) for method in best]
    rates = [(e[120] / e[60])**(1 / 60) for e in errors]
    assert_allclose(rates[0], root, rtol=0.02)
    assert_allclose(rates[1], (L - mu) / (L + mu), rtol=1e-6)


@each_problem
@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9])
def test_the_two_forms_of_nesterov_are_one_method(alpha, problem):
    """x̃ = x + αv, v = −lr p; and momentum's own iterates are others."""
    f, x, lr = PROBLEMS[problem]
    result = minimize(f, x, Nesterov(lr, alpha, form="lookahead"), max_iter=200, gtol=0, record=["x", "p"])
    shifted = result.history["x"] - lr * alpha * result.history["p"]
    lecture = path(f, x, Nesterov(lr, alpha))
    assert_close(shifted, lecture, 1e-10)
    assert (abs(lecture - path(f, x, Momentum(lr, alpha))).max() > 1e-3) == (alpha > 0)


@each_problem
def test_no_momentum_is_gradient_descent(problem):
    f, x, lr = PROBLEMS[problem]
    plain = path(f, x, GradientDescent(lr), 50)
    for method in (Momentum(lr, 0), Nesterov(lr, 0), Nesterov(lr, 0, form="lookahead")):
        assert_array_equal(path(f, x, method, 50), plain)


# --- one rate for each -----------------------------------------------------------------------------------------------

g3 = np.array([-5.0, 0.02, 300.0])


def test_adagrads_steps_fall_like_one_over_root_t():
    t = np.arange(1, 401)[:, None]
    assert_allclose(steps_on(np.tile(g3, (400, 1)), Adagrad(0.1)), -0.1 * np.sign(g3) / np.sqrt(t), rtol=1e-5)


def test_rmsprop_forgets_where_adagrad_does_not():
    """After a burst of large gradients RMSProp's steps recover their size, Adagrad's never do."""
    g = np.concatenate([np.full((10, 1), 100.0), np.ones((2000, 1))])
    assert abs(steps_on(g, RMSProp(0.1))[-1]) > 0.0999
    assert abs(steps_on(g, Adagrad(0.1))[-1]) < 0.1 / np.sqrt(10 * 100.0**2)


@pytest.mark.parametrize("g", [1e-9, 1e-4, 1.0])
def test_rmsprops_eps_inside_and_outside_the_root(g):
    a = 0.01 * g * g
    for eps_inside, root in ((True, np.sqrt(a + 1e-7)), (False, np.sqrt(a) + 1e-7)):
        assert_allclose(steps_on([[g]], RMSProp(0.1, eps_inside=eps_inside)), [[-0.1 * g / root]], rtol=1e-12)
    inside, outside = (steps_on([[g]], RMSProp(0.1, eps_inside=where))[0, 0] for where in (True, False))
    assert abs(inside) < abs(outside) or g == 1.0 and abs(inside / outside - 1) < 1e-5


def test_nesterov_with_rmsprop_is_nesterov_with_its_direction():
    """With β = 0 and a constant size of the gradients the direction is ±1, and RMSProp is Nesterov on these."""
    signs = np.sign(np.random.default_rng(0).standard_normal((50, 3)))
    ours = steps_on(7 * signs, RMSProp(0.1, beta=0, eps=0, momentum=0.8, nesterov=True))
    assert_allclose(ours, steps_on(signs, Nesterov(0.1, 0.8)), atol=1e-14)


def test_adadeltas_steps_start_at_root_eps_and_grow():
    steps = -steps_on(np.tile(g3, (1000, 1)), Adadelta()) / np.sign(g3)
    assert_allclose(steps[0], np.sqrt(1e-6 / 0.1), rtol=0.02)
    assert (np.diff(steps, axis=0) > 0).all() and (steps[-1] > 3 * steps[0]).all()


def test_adams_first_step_is_lr_with_correction_and_more_without():
    correct, without, frozen = (steps_on([g3], Adam(0.1, bias_correction=b)) for b in (True, False, "first step"))
    assert_allclose(correct, [-0.1 * np.sign(g3)], rtol=1e-5)
    assert_allclose(without, [-0.1 * np.sign(g3) * (1 - 0.9) / np.sqrt(1 - 0.999)], rtol=1e-3)
    assert_array_equal(frozen, correct)


def test_adams_corrections_on_a_constant_gradient():
    """Corrected, every step is lr; not corrected, they start at 3.2 lr; frozen at t = 1, they end at √(1−β₂)/(1−β₁) lr."""
    t, g = np.arange(1, 3001)[:, None], np.ones((3000, 1))
    steps = {b: -steps_on(g, Adam(0.1, eps=0, bias_correction=b)) / 0.1 for b in (True, False, "first step")}
    plain = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    assert_allclose(steps[True], np.ones((3000, 1)), rtol=1e-10)
    assert_allclose(steps[False], plain, rtol=1e-10)
    assert_allclose(steps["first step"], plain * np.sqrt(1 - 0.999) / (1 - 0.9), rtol=1e-10)


@each_problem
def test_adams_frozen_correction_is_another_rate_and_eps(problem):
    f, x, _ = PROBLEMS[problem]
    frozen = path(f, x, Adam(0.03, 0.9, 0.99, 1e-4, bias_correction="first step"))
    scale = np.sqrt(1 - 0.99)
    assert_close(path(f, x, Adam(0.03 * scale / (1 - 0.9), 0.9, 0.99, 1e-4 * scale, bias_correction=False)), frozen, 1e-10)


def test_the_frozen_correction_is_the_notebooks():
    f, x = notebook_objective(1)
    a = p = np.zeros(13)
    ours = path(f, x, Adam(0.1, eps=1e-8 / np.sqrt(1 - 0.999), bias_correction="first step"), 50)
    for point in ours:
        assert_close(point, x, 1e-11)
        g = f.gradient(x)
        a = 0.999 * a + (1 - 0.999) * g**2
        p = 0.9 * p + (1 - 0.9) * g
        x = x - 0.1 * np.sqrt(1 - 0.999) / (1 - 0.9) / (np.sqrt(a) + 1e-8) * p


@each_problem
def test_the_moment_methods_meet_where_their_parameters_do(problem):
    f, x, _ = PROBLEMS[problem]
    rms = path(f, x, RMSProp(0.01, beta=0.99), 50)
    assert_close(path(f, x, Adam(0.01, 0, 0.99, bias_correction=False), 50), rms, 1e-12)
    assert_close(path(f, x, NAdam(0.01, 0, 0.99), 50), path(f, x, Adam(0.01, 0, 0.99), 50), 1e-12)
    assert_array_equal(path(f, x, AdamW(0.01, weight_decay=0), 50), path(f, x, Adam(0.01), 50))


@pytest.mark.parametrize("method", [Adagrad(eps=0), RMSProp(eps=0), RMSProp(eps=0, momentum=0.9), Adam(eps=0),
                                    NAdam(eps=0)], ids=repr)
@given(power=st.integers(-30, 30))
def test_without_eps_the_size_of_f_does_not_matter(method, power):
    g = np.random.default_rng(0).standard_normal((20, 3))
    assert_array_equal(steps_on(2.0**power * g, method), steps_on(g, method))


# --- weight decay ----------------------------------------------------------------------------------------------------

@each_method
def test_weight_decay_is_l2_but_for_adamw(method):
    decayed, x = net()
    ridge = Objective(decayed.net, decayed.X, decayed.y, decayed.loss, l2=decayed.l2 + 0.1)
    same = np.allclose(path(decayed, x, replace(method, weight_decay=0.1), 50),
                       path(ridge, x, replace(method, weight_decay=0.0), 50), rtol=0, atol=1e-10)
    assert same == (not isinstance(method, AdamW))


def test_adamws_decay_is_a_factor_a_step():
    x = np.array([3.0, -2.0])
    steps = steps_on(np.zeros((20, 2)), AdamW(0.1, weight_decay=0.3), x)
    assert_allclose(x + np.cumsum(steps, axis=0), x * (1 - 0.03)**np.arange(1, 21)[:, None], rtol=1e-12)


# --- clipping --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [0.0, 1e-7, 1.0, 1e3])
def test_clipping_is_pytorchs(size, dtype):
    torch = pytest.importorskip("torch")
    g = (size * np.random.default_rng(0).standard_normal(20)).astype(dtype)
    for ours, theirs, bound in ((clip.by_norm, torch.nn.utils.clip_grad_norm_, 2.5),
                                (clip.by_value, torch.nn.utils.clip_grad_value_, 0.5)):
        x = torch.zeros(20, dtype=torch.tensor(g).dtype, requires_grad=True)
        x.grad = torch.tensor(g)
        theirs([x], bound)
        assert ours(g, bound).dtype == dtype
        assert_allclose(ours(g, bound), x.grad.numpy(), rtol=1e-12 if dtype == np.float64 else 1e-6)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.floats(1e-3, 1e3), st.integers(-5, 300))
def test_what_clipping_keeps(g, bound, power):
    """The direction or the small entries, up to a cliff whose norm squared is no number any more."""
    g, scale = np.array(g), 10.0**power
    by_norm, by_value, norm = clip.by_norm(scale * g, bound), clip.by_value(scale * g, bound), np.linalg.norm(g)
    if norm < (bound - 1e-6) / scale:
        assert_array_equal(by_norm, scale * g)
    else:
        assert np.linalg.norm(by_norm) <= bound * (1 + 1e-12)
        assert_allclose(by_norm * norm, g * np.linalg.norm(by_norm), rtol=1e-9, atol=1e-12)
    assert_array_equal(by_value, [min(max(-bound, entry), bound) for entry in scale * g])


def test_clipping_is_the_methods_alone():
    """The driver's test sees the true gradient, steps are bounded, and nothing is evaluated twice."""
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    for method in (GradientDescent(1e-3), Nesterov(1e-4, form="lookahead"), Adam(0.1)):
        loose, plain = (minimize(f, x, m, max_iter=20) for m in (Clipped(method, max_norm=1e9), method))
        for name in ("x", "nfev", "njev", "nit", "message"):
            assert_array_equal(loose[name], plain[name])
    short = minimize(f, x, Clipped(GradientDescent(0.1), max_norm=1e-9), max_iter=20, gtol=1e-3, record=["x"])
    assert not short.success and short.nfev == short.njev == 21
    assert (np.linalg.norm(np.diff(short.history["x"], axis=0), axis=1) <= 1.001e-10).all()
    assert_array_equal(short.history["gradient_norm"], [np.linalg.norm(f.gradient(x)) for x in short.history["x"]])


def test_a_cliff_throws_gradient_descent_off_and_not_the_clipped_one():
    cliff = Function(lambda x: x[0]**2 / 2 + np.exp(-60 * (x[0] + 1)), lambda x: x - 60 * np.exp(-60 * (x + 1)))
    for method, lands in ((GradientDescent(0.1), False), (Clipped(GradientDescent(0.1), max_norm=1.0), True)):
        x = path(cliff, [-1.1], method, 20)
        assert (abs(x).max() < 2) == lands


def test_clipped_gives_the_method_all_of_f():
    class Asks(GradientDescent):
        needs = ("gradient", "hvp")

        def step(self, f, x, state):
            assert f.n == 2 and f.has("hessian") and f.value(x) == f.value_and_gradient(x)[0]
            assert_array_equal(f.hvp(x, x), f.hessian(x) @ x)
            assert_allclose(np.linalg.norm(f.value_and_gradient(x)[1]), 0.5, rtol=1e-5)
            return super().step(f, x, state)

        def accepts(self, f, x, state):
            return state["t"] == 3

    result = minimize(quadratic([1.0, 4.0]), [3.0, -2.0], Clipped(Asks(0.1), max_norm=0.5), gtol=1e9)
    assert (result.nit, result.nfev, result.njev, result.nhev, result.success) == (3, 4, 4, 6, True)
    with refuses("Clipped needs the gradient"):
        minimize(Function(lambda x: x @ x), [1.0], Clipped(Adam(), max_value=1.0))


def test_clipped_batches_are_batches():
    f, x = net()
    method = Clipped(Momentum(0.1), max_norm=0.05)
    result = minimize(f, x, method, batch_size=7, rng=0, max_iter=11, record=["x"])
    assert np.linalg.norm(np.diff(result.history["x"], axis=0)[0]) <= 0.1 * 0.05
    rows = np.random.default_rng(0).permutation(len(f))[:7]
    g = clip.by_norm(f.subset(rows).gradient(x), 0.05)
    assert_allclose(result.history["x"][1], x - 0.1 * g, rtol=1e-12)


# --- all of them -----------------------------------------------------------------------------------------------------

WRAPPED = [*METHODS, Clipped(Adam(), max_norm=0.1), Clipped(Nesterov(), max_value=0.01),
           *(replace(method, lr=WarmUp(OnPlateau(0.05, 0.5, patience=1), 3)) for method in (Momentum(), NAdam(), AdamW())),
           replace(Adam(), lr=Cosine(0.1, 20))]
each_wrapped = pytest.mark.parametrize("method", WRAPPED, ids=repr)


@each_method
def test_every_method_trains_a_network(method):
    f, x = net()
    method = replace(method, lr=0.3 if isinstance(method, GradientDescent | Momentum) else 5.0 if isinstance(method, Adadelta)
                     else 0.03)
    result = minimize(f, x, method, max_iter=300)
    assert result.fun < 0.5 * f(x) and result.history["nfev"][-1] == 301
    assert result.history["njev"][-1] == (600 if getattr(method, "form", None) == "lookahead" else 301)   # p₀ = 0: the first is at x


@each_wrapped
def test_nothing_is_updated_in_place_and_state_is_flat(method):
    f, x = net()
    state = method.start(f, x)
    for _ in range(5):
        for array in (x, *state.values()):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
        before = {name: np.copy(entry) for name, entry in state.items()}
        after, new = method.step(f, x, state)
        assert after.flags.writeable and set(new) == set(state)
        assert all(type(entry) in (int, float) or entry.shape == (f.n,) for entry in new.values())
        for name in before:
            assert_array_equal(state[name], before[name])
        x, state = after, new


@each_wrapped
def test_float32_stays_float32(method):
    f, x = net()
    f, x = Objective(f.net, f.X.astype(np.float32), f.y, f.loss), x.astype(np.float32)
    state = method.start(f, x)
    for _ in range(3):
        x, state = method.step(f, x, state)
        assert all(entry.dtype == np.float32 for entry in (x, *state.values()) if isinstance(entry, np.ndarray))


@pytest.mark.parametrize("batch_size", [None, 7])
@each_wrapped
def test_resumed_from_a_checkpoint_to_the_same_bits(method, batch_size, tmp_path):
    f, x = net()
    kept = ["x", *method.start(f, x)]
    run = functools.partial(minimize, f, x, method, gtol=0, batch_size=batch_size, rng=3, record=kept)
    straight = run(max_iter=13)
    for stop in (0, 1, 5, 12):
        file = tmp_path / f"{stop}.npz"
        run(max_iter=stop, checkpoint=file)
        resumed = run(max_iter=13, checkpoint=file)
        assert resumed.nit == 13
        for name in ["value", *kept]:
            assert_array_equal(resumed.history[name], straight.history[name], strict=True)


@each_wrapped
def test_reprs_are_complete(method):
    assert eval(repr(method), vars(optim) | vars(optim.schedules)) == method


BAD = {"lr": [0, -1, np.nan, np.inf, "a", None], "weight_decay": [-1, np.nan, "a"], "momentum": [-0.1, 1, np.nan],
       "eps": [-1, np.nan, np.inf], "rho": [1, -0.1], "beta": [1, -0.1], "beta1": [1, -0.1], "beta2": [1, -0.1],
       "bias_correction": ["second", None], "nesterov": ["yes", None], "eps_inside": ["outside", None],
       "form": ["Lecture", None], "momentum_decay": [-1, np.inf]}


@pytest.mark.parametrize("method", [GradientDescent, Momentum, Nesterov, Adagrad, Adadelta, RMSProp, Adam, AdamW, NAdam])
def test_bad_hyperparameters_are_refused(method):
    names = {field.name for field in fields(method)}
    for name in names:
        for value in BAD[name]:
            with refuses(f"{method.__name__}: {name}={value!r}", "expected"):
                method(**{name: value})


@pytest.mark.parametrize("make, part", [
    (lambda: RMSProp(nesterov=True), "momentum=0"),
    (lambda: Clipped(Adam()), "max_norm=None, max_value=None"),
    (lambda: Clipped(Adam(), max_norm=1, max_value=1), "max_norm=1, max_value=1"),
    (lambda: Clipped(Adam(), max_norm=0), "max_norm=0"),
    (lambda: Clipped(Adam(), max_value=-1), "max_value=-1"),
    (lambda: Clipped("adam", max_norm=1), "method='adam'"),
    (lambda: Clipped(Adam, max_norm=1), "method=<class")])
def test_bad_combinations_are_refused(make, part):
    with refuses(part, "expected"):
        make()
