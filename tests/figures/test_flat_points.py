"""Flat points: derivatives by hand, and verdicts that are never wrong."""
import sys

import numpy as np
from pictures import drawn

from minnet import check
from minnet.gallery import catalogue


def test_derivatives_of_the_four_functions():
    script = sys.modules[catalogue()["flat_points"].draw.__module__]
    for name in script.FUNCTIONS:
        f, x = script.function(name), np.array([0.3, -0.4])
        assert check.gradient(f, x) and check.hessian(f, x)


def test_a_saddle_is_called_one():
    found = drawn("flat_points").data["found"]
    assert [found[name].kind for name in ("x² − y⁴", "(y − x²)(y − 2x²)")] == ["saddle", "saddle"]
