"""Networks and points at which Hessians are compared, and what close means for them."""
from contextlib import contextmanager
from unittest import mock

import numpy as np
from hypothesis import strategies as st
from laws import assert_close

from minnet import MLP, Objective
from minnet.network import curvature_sweep, khatri_rao
from minnet.network.activations import ACTIVATIONS
from minnet.testing import objectives, parameters

PIECEWISE_LINEAR = ["relu", "leaky_relu", "identity"]
MB = 2**20


@contextmanager
def groups_of(pairs=1, examples=1):
    """Products and chunks in groups of other sizes, by default the smallest: one row of pairs, one example."""
    with (mock.patch.multiple(khatri_rao, PAIRS=pairs),
          mock.patch.multiple(curvature_sweep, EXAMPLES=examples, ONE_ROW=8 * pairs)):
        yield


def points(dtype=float, max_examples=40, **options):
    """(f, θ): all activations and losses, 1 to 5 layers of 1 to 5 units, examples for three internal chunks."""
    options = {"activations": list(ACTIVATIONS), "max_depth": 5, "max_examples": max_examples} | options
    return objectives(**options).flatmap(lambda f: st.tuples(st.just(f), parameters(f.net, dtype)))


def fixed(widths, N, loss="squared_error", activation="tanh", l2=0.0, seed=0, **options):
    """(f, θ), reproducible and of any size."""
    rng, net, K = np.random.default_rng(seed), MLP(widths, activation), widths[-1]
    y = {"softmax_crossentropy": lambda: rng.integers(K, size=N), "poisson": lambda: rng.poisson(2.0, (N, K)),
         "binary_crossentropy": lambda: rng.integers(2, size=(N, K))}.get(loss, lambda: rng.standard_normal((N, K)))()
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, l2=l2, **options)
    return f, net.pack([(rng.standard_normal(W.shape) / np.sqrt(W.shape[1]), rng.standard_normal(b.shape) / 2)
                        for W, b in net.unpack(np.empty(net.n_params))])


def assert_blocks_close(f, ours, reference, tol=1e-13):
    """Equal to `tol` of the largest entry of the same two layers' block: no large block hides a small one."""
    floor = 0.01 * max(1, abs(reference).max())
    theirs = f.by_layer(reference)
    for key, block in f.by_layer(ours).items():
        assert_close(block, theirs[key], tol, floor)
