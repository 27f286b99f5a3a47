"""Schedules: PyTorch's where it has them, and what a method makes of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import Function, minimize
from minnet.optim import Adagrad, Adam, GradientDescent, Momentum, schedules
from minnet.optim.schedules import Constant, Cosine, Exponential, InverseTime, OnPlateau, Schedule, Step, WarmUp, rate
from minnet.problems import quadratic, rosenbrock

BOWL, START = quadratic([1.0, 4.0]), np.array([3.0, -2.0])
T = range(1, 201)


def told(schedule, values):
    """The rates of a schedule that is told the values, one before each step."""
    state, rates = schedule.start(), []
    for t, value in enumerate(values, 1):
        lr, state = rate(schedule, t, Function(lambda x: value), np.zeros(1), state)
        rates.append(lr)
    return rates


def pytorchs(make, lr, values=None):
    """The rates of the steps 1, 2, … under a scheduler of PyTorch."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = make(torch.optim.lr_scheduler, optimizer), []
    for t in T if values is None else values:
        if values is not None:
            scheduler.step(t)
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if values is None:
            scheduler.step()
    return rates


def warm(s, o, steps):
    return s.LinearLR(o, start_factor=1 / steps, total_iters=steps - 1)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (Constant(0.1), lambda s, o: s.LambdaLR(o, lambda epoch: 1.0)),
        (Step(0.1), lambda s, o: s.StepLR(o, step_size=30)),
        (Step(0.1, gamma=0.5, every=7), lambda s, o: s.StepLR(o, step_size=7, gamma=0.5)),
        (Exponential(0.1, 0.97), lambda s, o: s.ExponentialLR(o, 0.97)),
        (Cosine(0.1, steps=200), lambda s, o: s.CosineAnnealingLR(o, 200)),
        (Cosine(0.1, steps=45, lr_min=0.01), lambda s, o: s.CosineAnnealingLR(o, 45, eta_min=0.01)),
        (InverseTime(0.1, 0.3), lambda s, o: s.LambdaLR(o, lambda epoch: 1 / (1 + 0.3 * epoch))),
        (WarmUp(0.1, steps=25), lambda s, o: warm(s, o, 25)),
        (WarmUp(Cosine(0.1, 150), 10), lambda s, o: s.ChainedScheduler([warm(s, o, 10), s.CosineAnnealingLR(o, 150)])),
        (WarmUp(Step(0.1), 40), lambda s, o: s.ChainedScheduler([warm(s, o, 40), s.StepLR(o, 30)])),
    ],
    ids=lambda value: repr(value) if isinstance(value, Schedule) else "",
)
def test_schedules_are_pytorchs(ours, theirs):
    assert_allclose([ours(t) for t in T], pytorchs(theirs, 0.1), rtol=1e-10, atol=1e-12)
    assert_array_equal(told(ours, np.zeros(200)), [ours(t) for t in T])


@given(
    st.lists(st.one_of(st.floats(-10, 10), st.sampled_from([0.0, 1.0, 1.0 - 1e-4, 1.0 - 2e-4, np.inf])), max_size=60),
    st.integers(0, 4),
    st.sampled_from([0.1, 0.5, 0.9]),
    st.sampled_from([0.0, 1e-4, 0.1]),
    st.sampled_from([1.0, 3e-8]),
)
def test_on_plateau_is_pytorchs(values, patience, factor, threshold, lr):
    theirs = pytorchs(
        lambda s, o: s.ReduceLROnPlateau(o, factor=factor, patience=patience, threshold=threshold), lr, values
    )
    assert_allclose(told(OnPlateau(lr, factor, patience, threshold), values), theirs, rtol=1e-13)


def test_on_plateau_is_pytorchs_in_a_run():
    torch = pytest.importorskip("torch")
    f, x0 = rosenbrock(), np.array([-1.2, 1.0])
    x = torch.tensor(x0, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=2e-3, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3)
    path, rates = [x0], [2e-3]
    for _ in range(200):
        scheduler.step(f.value(x.detach().numpy()))
        x.grad = torch.tensor(f.gradient(x.detach().numpy()))
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        path.append(x.detach().numpy().copy())
    result = minimize(
        f, x0, Momentum(OnPlateau(2e-3, factor=0.5, patience=3)), max_iter=200, gtol=0, record=["x", "lr"]
    )
    assert_allclose(result.history["x"], path, rtol=0, atol=1e-10)
    assert_allclose(result.history["lr"], rates, rtol=1e-13)
    assert len(set(rates)) > 3


def test_inverse_time_is_the_decay_of_pytorchs_adagrad():
    torch = pytest.importorskip("torch")
    f, x0 = rosenbrock(), np.array([-1.2, 1.0])
    x = torch.tensor(x0, requires_grad=True)
    optimizer = torch.optim.Adagrad([x], lr=0.1, lr_decay=0.05, eps=1e-7)
    for _ in range(200):
        x.grad = torch.tensor(f.gradient(x.detach().numpy()))
        optimizer.step()
    ours = minimize(f, x0, Adagrad(InverseTime(0.1, 0.05)), max_iter=200, gtol=0, record=["x"]).history["x"][-1]
    assert_allclose(ours, x.detach().numpy(), rtol=0, atol=1e-10)


def test_on_plateau_over_epochs_looks_at_their_means():
    rng = np.random.default_rng(0)
    batches = np.repeat([3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0], 5) + rng.standard_normal(35)
    by_step = told(OnPlateau(0.1, 0.5, patience=1, every=5), batches)
    by_mean = told(OnPlateau(0.1, 0.5, patience=1), batches.reshape(7, 5).mean(axis=1))
    assert_array_equal(by_step[4::5], by_mean)  # the mean is known with the last of its five values
    assert_array_equal(by_step[5::5], by_mean[:-1])


def test_warm_up_leads_up_to_a_plateaus_rate_and_keeps_its_memory():
    values = np.ones(30)
    plain, warmed = (
        told(s, values) for s in (OnPlateau(0.1, patience=4), WarmUp(OnPlateau(0.1, patience=4), steps=8))
    )
    assert plain[5] < plain[0]
    assert_allclose(warmed, np.minimum(1, np.arange(1, 31) / 8) * plain, rtol=1e-15)


def test_a_schedule_sets_the_rate_of_each_step():
    for lr in (Step(0.1, every=2), WarmUp(0.1, 5), lambda t: 0.1 / t):
        x = minimize(BOWL, START, GradientDescent(lr), max_iter=6, gtol=0, record=["x"]).history["x"]
        steps = [-lr(t) * BOWL.gradient(x[t - 1]) for t in range(1, 7)]
        assert_allclose(np.diff(x, axis=0), steps, rtol=1e-12)


def test_robbins_monro_converges_where_a_constant_rate_does_not():
    """Stochastic gradients x − ξ of ½(x − 1)²: with lr = 1/t the iterate is the mean of the ξ."""
    noise = 1 + np.random.default_rng(0).standard_normal(2000)
    last = {}
    for lr in (InverseTime(1.0, 1.0), Constant(1.0)):
        x, path, method = np.zeros(1), [], GradientDescent(lr)
        state = method.start(None, x)
        for xi in noise:
            x, state = method.step(Function(lambda x: 0.0, lambda x: x - xi), x, state)
            path.append(x[0])
        last[lr] = np.array(path)
    assert_allclose(last[InverseTime(1.0, 1.0)], np.cumsum(noise) / np.arange(1, 2001), atol=1e-12)
    assert last[Constant(1.0)][-500:].std() > 0.9


def test_values_are_asked_for_only_where_the_schedule_looks_at_them():
    def value(x):
        raise AssertionError("a value was asked for")

    f = Function(value, lambda x: x)
    for lr in (0.1, Step(0.1), WarmUp(Cosine(0.1, 5), 2)):
        GradientDescent(lr).step(f, START, GradientDescent(lr).start(f, START))


def test_float32_stays_float32_under_any_rate():
    f = Function(lambda x: x @ x, lambda x: 2 * x)
    for lr in (np.float64(0.1), Cosine(np.float64(0.1), 10), OnPlateau(np.float64(0.1)), lambda t: np.float64(0.1)):
        method, x = Adam(lr), START.astype(np.float32)
        x, state = method.step(f, x, method.start(f, x))
        assert x.dtype == state["p"].dtype == np.float32
        assert not any(isinstance(entry, np.generic) for entry in state.values())


def test_reprs_are_complete():
    for schedule in (
        Constant(0.1),
        Step(0.1, 0.5, 3),
        Exponential(0.1, 0.9),
        Cosine(0.1, 50, 0.01),
        InverseTime(0.1, 0.2),
        WarmUp(OnPlateau(0.1, 0.5, 3, 0.01, 7), 5),
    ):
        assert eval(repr(schedule), vars(schedules)) == schedule


@pytest.mark.parametrize(
    "schedule, names",
    [
        (Constant, "lr"),
        (Step, "lr gamma every"),
        (Exponential, "lr gamma"),
        (Cosine, "lr steps lr_min"),
        (InverseTime, "lr decay"),
        (WarmUp, "lr steps"),
        (OnPlateau, "lr factor patience threshold every"),
    ],
)
def test_bad_hyperparameters_are_refused(schedule, names):
    good = {
        "lr": 0.1,
        "gamma": 0.9,
        "every": 3,
        "steps": 10,
        "lr_min": 0.0,
        "decay": 0.1,
        "factor": 0.5,
        "patience": 2,
        "threshold": 1e-4,
    }
    good = {name: good[name] for name in names.split()}
    schedule(**good)
    for name in good:
        bad = [-1, np.nan, "a", None]
        bad += {
            "lr_min": [],
            "decay": [],
            "patience": [1.5],
            "threshold": [1],
            "factor": [0, 1],
            "every": [0, 1.5],
            "steps": [0, 1.5],
        }.get(name, [0])
        for value in bad:
            with refuses(schedule.__name__, f"{name}={value!r}", "expected"):
                schedule(**good | {name: value})


@pytest.mark.parametrize("lr", [np.nan, -0.1, np.inf])
def test_a_rate_that_is_none_is_refused(lr):
    with refuses("learning rate", repr(lr), "step 3"):
        minimize(BOWL, START, GradientDescent(lambda t: lr if t == 3 else 0.1), max_iter=5)
