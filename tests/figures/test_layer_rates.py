"""A rate by layer is a diagonal change of scale."""
import sys

import numpy as np
from pictures import drawn

from minnet import datasets, minimize
from minnet.gallery import catalogue
from minnet.notebook import notebook_objective
from minnet.optim import GradientDescent


def test_a_step_in_the_scaled_variables_is_the_notebooks_line():
    script = sys.modules[catalogue()["layer_rates"].draw.__module__]
    f, theta = notebook_objective(0), datasets.notebook_start(0)
    z = minimize(script.by_layer(f), theta / script.SCALE, GradientDescent(0.1), max_iter=1, gtol=0, record=["x"]).history["x"]
    variance = np.r_[np.full(9, 1 / 6), np.full(4, 1 / 3)]
    assert np.allclose(script.SCALE * z[-1], theta - 0.1 * variance * f.gradient(theta))


def test_the_best_rate_by_layer_is_larger():
    data = drawn("layer_rates").data
    best = [data["rates"][np.median(rows, axis=1).argmin()] for rows in data["found"].values()]
    assert best[1] >= best[0]
