"""Rounding that sweeps in place leave in the weights."""
import numpy as np
from pictures import drawn

from minnet import MLP, Objective, datasets
from minnet.check import gradient_differences


def test_it_adds_up_by_at_most_a_few_roundings_a_sweep():
    for e, rows in drawn("in_place").data["found"].items():
        assert (np.diff(rows, axis=0) <= max(1, 100 * e)).all() and np.median(rows[-1]) > 50


def test_minnet_takes_its_differences_on_copies():
    data = datasets.notebook(0)
    f = Objective(MLP([2, 3, 1]), data.X, data.y, "binary_crossentropy")
    theta = drawn("in_place").data["starts"][0].copy()
    before = theta.copy()
    gradient_differences(f, theta, 1e-8)
    assert (theta == before).all()
