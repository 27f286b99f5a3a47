"""The films of training: the run ends where the caption says; negative eigenvalues are counted on the run itself."""
import numpy as np
import pytest
from pictures import drawn

from minnet import datasets
from minnet.gallery import catalogue
from minnet.notebook import notebook_objective

NAMES = [name for name in catalogue() if name.startswith("training_")]


@pytest.mark.parametrize("name", NAMES)
def test_the_run_is_the_notebooks(name):
    picture, f = drawn(name), notebook_objective(1, 0.01)
    history = picture.data["history"]
    for k in (0, -1):
        assert history["value"][k] == pytest.approx(f.value(history["x"][k]))
        assert picture.data["negative"][k] == (np.linalg.eigvalsh(f.hessian(history["x"][k])) < 0).sum()
    assert picture.numbers["gradient"] == pytest.approx(np.linalg.norm(f.gradient(history["x"][-1])), rel=1e-6,
                                                        abs=1e-12)
    assert np.array_equal(history["x"][0], datasets.notebook_start(1))


def test_second_order_methods_come_to_a_minimum():
    for name in ("training_newton", "training_saddlefree", "training_lbfgs"):
        assert drawn(name).numbers["gradient"] <= 1e-6 and drawn(name).numbers["negative"] == 0
