"""The strategies draw what they promise, all of it, and hypothesis is needed by them alone."""
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from laws import refuses

from minnet import MLP, Objective, testing
from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES, Huber, SoftmaxCrossEntropy

QUICK = settings(max_examples=500, phases=[Phase.generate], database=None)


@given(st.data(), testing.networks(["relu", "sin"], max_depth=3, max_width=2))
def test_networks_keep_their_limits(data, net):
    assert isinstance(net, MLP) and 1 <= net.n_layers <= 3 and 1 <= min(net.widths) <= max(net.widths) <= 2
    assert {sigma.name for sigma in net.sigmas[:-1]} <= {"relu", "sin"}


def test_smooth_activations_are_those_without_a_kink():
    assert testing.SMOOTH == tuple(name for name in ACTIVATIONS if name not in ("relu", "leaky_relu", "elu"))


@pytest.mark.parametrize(
    "wanted",
    [
        lambda f: f.net.n_layers == 1,
        lambda f: f.net.n_layers == 4,
        lambda f: max(f.net.widths) == 5,
        lambda f: len(f) == 1,
        lambda f: f.chunk is None,
        lambda f: f.chunk == 1 < len(f),
        lambda f: f.chunk and f.chunk > len(f),
        lambda f: f.chunk and len(f) % f.chunk and f.chunk < len(f),
        lambda f: f.l2 == 0,
        lambda f: f.l2 > 0,
        lambda f: f.reduction == "sum",
        lambda f: f.reduction == "mean",
        lambda f: len({s.name for s in f.net.sigmas}) > 2,
        *(lambda f, kind=kind: isinstance(f.loss, kind) for kind in LOSSES.values()),
    ],
)
def test_objectives_reach_every_option(wanted):
    assert isinstance(find(testing.objectives(), wanted, settings=QUICK), Objective)


@pytest.mark.parametrize("loss", [*LOSSES, SoftmaxCrossEntropy(0.1), Huber(2.0)], ids=str)
@given(data=st.data())
def test_batches_fit_their_loss(loss, data):
    net = data.draw(testing.networks())
    X, y = data.draw(testing.batches(net, loss, max_examples=4))
    f = Objective(net, X, y, loss=loss)
    assert 1 <= len(f) <= 4 and f.y.shape == (len(X), net.widths[-1])


def test_targets_come_in_every_form():
    net = MLP([2, 3])
    forms = {"class numbers": lambda y: y.ndim == 1, "one-hot": lambda y: y.ndim == 2 and set(np.unique(y)) == {0, 1},
             "probabilities": lambda y: y.ndim == 2 and 0 < y.max() < 1}
    for form in forms.values():
        find(testing.batches(net, "softmax_crossentropy"), lambda batch: form(batch[1]), settings=QUICK)
    for name in ("squared_error", "binary_crossentropy"):
        for ndim in (1, 2):
            find(testing.batches(MLP([2, 1]), name), lambda batch: batch[1].ndim == ndim, settings=QUICK)


def test_real_targets_are_of_either_sign_and_counts_exceed_one():
    net = MLP([1, 2])
    for name, wanted in (
        ("squared_error", lambda y: y.min() < 0),
        ("huber", lambda y: y.min() < 0),
        ("poisson", lambda y: y.max() > 2 and y.dtype.kind == "i"),
        ("binary_crossentropy", lambda y: 0 < y.min() < 1),
    ):
        find(testing.batches(net, name), lambda batch: wanted(batch[1]), settings=QUICK)


@given(st.data(), testing.networks(), st.sampled_from([np.float32, np.float64, np.complex64, np.complex128]))
def test_parameters_have_shape_dtype_and_moderate_size(data, net, dtype):
    theta = data.draw(testing.parameters(net, dtype))
    assert theta.shape == (net.n_params,) and theta.dtype == dtype and abs(theta).max() < 10
    assert theta.any() and (np.iscomplexobj(theta) == bool(np.imag(theta).any()))


def test_a_loss_without_known_targets_is_refused():
    with refuses("'hinge'", "squared_error"):
        find(testing.batches(MLP([1, 1]), "hinge"), lambda batch: True, settings=QUICK)


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_minnet_alone_does_not_import_hypothesis():
    assert python("import sys, minnet; print('hypothesis' in sys.modules)") == "False"


def test_without_hypothesis_the_extra_is_named():
    message = python("import sys; sys.modules['hypothesis'] = None\n"
                     "try: import minnet.testing\nexcept ImportError as error: print(error)")
    assert "minnet[test]" in message and "hypothesis" in message
