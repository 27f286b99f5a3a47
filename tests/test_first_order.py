"""First-order methods, all alike: weight decay, training, state, precision, checkpoints, refusals."""

import functools
from dataclasses import fields, replace

import numpy as np
import pytest
from first_order_cases import METHODS, each_method, net, path
from laws import refuses
from numpy.testing import assert_array_equal

from minnet import Objective, minimize, optim
from minnet.optim import (
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Clipped,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)
from minnet.optim.schedules import Cosine, OnPlateau, WarmUp

WRAPPED = [
    *METHODS,
    Clipped(Adam(), max_norm=0.1),
    Clipped(Nesterov(), max_value=0.01),
    *(replace(method, lr=WarmUp(OnPlateau(0.05, 0.5, patience=1), 3)) for method in (Momentum(), NAdam(), AdamW())),
    replace(Adam(), lr=Cosine(0.1, 20)),
]


each_wrapped = pytest.mark.parametrize("method", WRAPPED, ids=repr)


@each_method
def test_weight_decay_is_l2_but_for_adamw(method):
    decayed, x = net()
    ridge = Objective(decayed.net, decayed.X, decayed.y, decayed.loss, l2=decayed.l2 + 0.1)
    same = np.allclose(
        path(decayed, x, replace(method, weight_decay=0.1), 50),
        path(ridge, x, replace(method, weight_decay=0.0), 50),
        rtol=0,
        atol=1e-10,
    )
    assert same == (not isinstance(method, AdamW))


@each_method
def test_every_method_trains_a_network(method):
    f, x = net()
    method = replace(
        method,
        lr=0.3 if isinstance(method, GradientDescent | Momentum) else 5.0 if isinstance(method, Adadelta) else 0.03,
    )
    result = minimize(f, x, method, max_iter=300)
    assert result.fun < 0.5 * f(x) and result.history["nfev"][-1] == 301
    assert result.history["njev"][-1] == (
        600 if getattr(method, "kind", None) == "lookahead" else 301
    )  # p₀ = 0: the first is at x


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


BAD = {
    "lr": [0, -1, np.nan, np.inf, "a", None],
    "weight_decay": [-1, np.nan, "a"],
    "momentum": [-0.1, 1, np.nan],
    "eps": [-1, np.nan, np.inf],
    "rho": [1, -0.1],
    "beta": [1, -0.1],
    "beta1": [1, -0.1],
    "beta2": [1, -0.1],
    "bias_correction": ["second", None],
    "nesterov": ["yes", None],
    "eps_inside": ["outside", None],
    "kind": ["Lecture", None],
    "momentum_decay": [-1, np.inf],
}


@pytest.mark.parametrize(
    "method", [GradientDescent, Momentum, Nesterov, Adagrad, Adadelta, RMSProp, Adam, AdamW, NAdam]
)
def test_bad_hyperparameters_are_refused(method):
    names = {field.name for field in fields(method)}
    for name in names:
        for value in BAD[name]:
            with refuses(f"{method.__name__}: {name}={value!r}", "expected"):
                method(**{name: value})


@pytest.mark.parametrize(
    "make, part",
    [
        (lambda: RMSProp(nesterov=True), "momentum=0"),
        (lambda: Clipped(Adam()), "max_norm=None, max_value=None"),
        (lambda: Clipped(Adam(), max_norm=1, max_value=1), "max_norm=1, max_value=1"),
        (lambda: Clipped(Adam(), max_norm=0), "max_norm=0"),
        (lambda: Clipped(Adam(), max_value=-1), "max_value=-1"),
        (lambda: Clipped("adam", max_norm=1), "method='adam'"),
        (lambda: Clipped(Adam, max_norm=1), "method=<class"),
    ],
)
def test_bad_combinations_are_refused(make, part):
    with refuses(part, "expected"):
        make()
