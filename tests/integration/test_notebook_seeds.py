"""The issue that minnet grew out of: from the notebook's own starts, a hundred seeds, where the notebook's step
dies."""
import numpy as np
import pytest

from minnet import datasets, minimize
from minnet.curvature import certificate
from minnet.notebook import notebook_objective
from minnet.optim import Newton, UndampedNewton

SEEDS = range(100)


def test_with_weight_decay_every_seed_ends_in_a_strict_minimum():
    steps = []
    for seed in SEEDS:
        f = notebook_objective(seed, 0.01)
        result = minimize(f, datasets.notebook_start(seed), Newton(), gtol=1e-10)
        assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-10
        assert certificate(f, result.x).kind == "strict minimum"
        steps.append(result.nit)
    assert np.median(steps) <= 30


@pytest.mark.slow
def test_without_it_every_seed_ends_with_a_small_gradient_and_most_along_a_ray():
    kinds = []
    for seed in SEEDS:
        f = notebook_objective(seed, 0.0)
        result = minimize(f, datasets.notebook_start(seed), Newton(), gtol=1e-6, max_iter=10000)
        assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-6
        c = certificate(f, result.x)
        kinds.append(c.kind)
        if c.ray is not None:
            values = [f.value(result.x + t * c.ray) for t in (0.0, 1.0, 1e3, 1e6)]
            fall = values[0] - values[-1]
            assert fall > 0 and np.diff(values).max() <= max(1e-14 * values[0], 1e-3 * fall)  # large weights round
    assert kinds.count("no finite minimum") > 50
    assert not {"saddle", "maximum"} & set(kinds)


def test_the_notebooks_own_step_finds_no_minimum():
    """On most of ten seeds its Hessian becomes singular; a run that passes the gradient test has run into saturated
    units. Which seeds do so is for rounding to say: about one run in fourteen."""
    singular = 0
    for seed in range(10):
        f = notebook_objective(seed, 0.0)
        result = minimize(f, datasets.notebook_start(seed), UndampedNewton(differences=1e-8), max_iter=200)
        singular += not result.success and "singular" in result.message
        assert not result.success or certificate(f, result.x).kind == "no finite minimum"
    assert singular >= 6
