"""Networks of PyTorch and scikit-learn as minnet's and back; skipped where they are not installed."""
import subprocess
import sys

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Objective, interop


def test_neither_library_is_imported_unasked():
    code = "import sys, minnet; minnet.interop; assert not {'torch', 'sklearn', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_no_trained_network_is_refused():
    with refuses("no coefs_", "fitted"):
        interop.from_sklearn(object())
    with refuses("Sequential", "no Linear layer"):
        interop.from_torch(type("Sequential", (), {"children": lambda self: []})())


# --- PyTorch ---------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.mark.parametrize("activation", ["Tanh", "Sigmoid", "ReLU", "LeakyReLU", "Softplus", "ELU", "GELU", "SiLU"])
def test_outputs_are_those_of_the_module(torch, activation):
    torch.manual_seed(0)
    nn = torch.nn
    module = nn.Sequential(
        nn.Linear(4, 5), getattr(nn, activation)(), nn.Sequential(nn.Dropout(), nn.Linear(5, 3, bias=False))
    )
    net, theta = interop.from_torch(module)
    X = np.random.default_rng(0).standard_normal((7, 4))
    theirs = module.double().eval()(torch.from_numpy(X)).detach().numpy()
    assert net.widths == (4, 5, 3) and theta.dtype == np.float64
    assert_allclose(net.outputs(theta, X), theirs, rtol=1e-12, atol=1e-14)


def test_there_and_back(torch):
    net = MLP([3, 4, 4, 2], ["gelu", "identity"])
    theta = net.init(rng=0)
    again, same = interop.from_torch(interop.to_torch(net, theta))
    assert again.widths == net.widths and [s.name for s in again.sigmas] == [s.name for s in net.sigmas]
    assert_array_equal(same, theta)
    with refuses("'sin'", "no module of PyTorch"):
        interop.to_torch(MLP([1, 2, 1], "sin"), np.zeros(7))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")   # within PyTorch
def test_the_hessian_of_somebodys_network(torch):
    torch.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    net, theta = interop.from_torch(module)
    names, sizes = zip(*((name, p.numel()) for name, p in module.named_parameters()))
    shapes = {name: p.shape for name, p in module.named_parameters()}

    def loss(flat):
        parts = dict(zip(names, torch.split(flat, sizes)))
        z = torch.func.functional_call(
            module, {name: part.reshape(shapes[name]) for name, part in parts.items()}, torch.from_numpy(X)
        )
        return torch.nn.functional.cross_entropy(z, torch.from_numpy(y))

    theirs = torch.func.hessian(loss)(torch.from_numpy(theta)).detach().numpy()
    ours = Objective(net, X, y, loss="softmax_crossentropy").hessian(theta)
    assert_allclose(ours, theirs, atol=1e-12 * abs(theirs).max())


def test_modules_that_are_not_layer_by_layer_are_refused(torch):
    nn = torch.nn
    for parts, says in [
        ((nn.Linear(2, 2), nn.Softmax(1)), "belongs to the loss"),
        ((nn.Linear(2, 2), nn.Tanh()), "ends in tanh"),
        ((nn.Conv2d(1, 1, 3),), "Conv2d"),
        ((nn.Tanh(), nn.Linear(2, 2)), "Linear layer was expected"),
        ((nn.Linear(2, 2), nn.LeakyReLU(0.2), nn.Linear(2, 1)), "negative_slope=0.2"),
        ((nn.Linear(2, 2), nn.GELU("tanh"), nn.Linear(2, 1)), "approximate='tanh'"),
    ]:
        with refuses(says):
            interop.from_torch(nn.Sequential(*parts))


# --- scikit-learn ----------------------------------------------------------------------------------------------------

@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_probabilities_and_values_are_scikit_learns(activation):
    networks = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 3)), rng.integers(0, 3, 60)
    options = dict(hidden_layer_sizes=(5, 4), activation=activation, max_iter=20, random_state=0)
    model = networks.MLPClassifier(**options).fit(X, y)
    net, theta = interop.from_sklearn(model)
    z = net.outputs(theta, X)
    p = np.exp(z - z.max(1, keepdims=True))
    assert_allclose(p / p.sum(1, keepdims=True), model.predict_proba(X), rtol=1e-10)
    model = networks.MLPClassifier(**options).fit(X, y > 0)
    net, theta = interop.from_sklearn(model)
    assert_allclose(1 / (1 + np.exp(-net.outputs(theta, X)[:, 0])), model.predict_proba(X)[:, 1], rtol=1e-10)
    model = networks.MLPRegressor(**options).fit(X, X[:, 0])
    net, theta = interop.from_sklearn(model)
    assert_allclose(net.outputs(theta, X)[:, 0], model.predict(X), rtol=1e-10, atol=1e-12)
