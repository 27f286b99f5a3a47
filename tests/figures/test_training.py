"""The films of training: the run ends where the caption says; negative eigenvalues are counted on the run itself."""
import numpy as np
import pytest
from pictures import drawn

from minnet import MLP, Objective, datasets
from minnet.gallery import catalogue

NAMES = [name for name in catalogue() if name.startswith("training_")]


@pytest.mark.parametrize("name", NAMES)
def test_the_run_is_the_notebooks(name):
    picture, data = drawn(name), datasets.notebook(1)
    f = Objective(MLP([2, 3, 1], "tanh"), data.X, data.y, "binary_crossentropy", l2=0.01, reduction="sum")
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
