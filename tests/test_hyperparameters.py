"""Hyperparameters that mean nothing are refused when a method is made: by its name, the value and what was expected."""

import numpy as np
import pytest
from laws import refuses

from minnet.optim import (
    BFGS,
    DFP,
    LBFGS,
    SR1,
    Adam,
    CubicNewton,
    EigenvectorLineSearch,
    GaussNewton,
    HagerZhang,
    HessianFree,
    LevenbergMarquardt,
    ModifiedCholesky,
    Nesterov,
    Newton,
    NewtonCG,
    NonlinearCG,
    RMSProp,
    SaddleFreeNewton,
    StrongWolfe,
    TrustRegion,
    UndampedNewton,
)

SEARCHING = [
    BFGS,
    DFP,
    LBFGS,
    NonlinearCG,
    GaussNewton,
    SaddleFreeNewton,
    ModifiedCholesky,
    EigenvectorLineSearch,
    NewtonCG,
]


@pytest.mark.parametrize("search", [np.nan, None, "wolfe", 1.0, StrongWolfe])
@pytest.mark.parametrize("method", SEARCHING)
def test_a_search_is_a_line_search(method, search):
    with refuses(method.__name__, f"search={search!r}", "line search"):
        method(search=search)


@pytest.mark.parametrize("method", SEARCHING)
def test_a_search_of_ones_own_will_do(method):
    class Mine:
        def search(self, line, first=1.0):
            return first

    assert method(search=Mine())


@pytest.mark.parametrize(
    "method, name, values",
    [
        (LBFGS, "precondition", [np.inf, 1, "yes", None]),
        (LBFGS, "memory", [0, 2.5, -1, np.nan, np.inf, True, "5"]),
        (HessianFree, "rng", ["1", -1, 0.5, None, np.nan]),
        (HessianFree, "kind", ["bfgs", None, np.nan]),
        (HessianFree, "decay", [1, -1]),
        (HessianFree, "precondition", [np.inf, 0]),
        (HessianFree, "cg_iter", [0, np.inf]),
        (HessianFree, "curvature_batch", [0, "all"]),
        (TrustRegion, "method", ["dogleg", 1, None]),
        (TrustRegion, "radius", [0, np.nan, "1"]),
        (Newton, "chords", [-1, 0.5, np.inf]),
        (Newton, "radius", ["steihaug", 0, np.inf]),
        (NonlinearCG, "beta", ["CD", np.nan]),
        (NonlinearCG, "memory", [-1, 1.5]),
        (NonlinearCG, "restart", [0, 2.5, "n"]),
        (Nesterov, "kind", ["torch", True]),
        (RMSProp, "nesterov", [1, "yes"]),
        (Adam, "bias_correction", ["second", 1, None]),
        (SR1, "radius", [0, np.inf]),
        (CubicNewton, "sigma", [0, np.nan]),
        (SaddleFreeNewton, "floor", [-1, 0]),
        (ModifiedCholesky, "floor", [0, "a"]),
        (LevenbergMarquardt, "damping", ["x", 0]),
        (UndampedNewton, "differences", [0, -1e-8, "a"]),
        (StrongWolfe, "c2", [1e-5, 1, np.nan]),
        (HagerZhang, "c1", [0.5, 0, np.nan]),
        (HagerZhang, "growth", [1.0, 0, np.inf]),
    ],
)
def test_values_without_a_meaning_are_refused(method, name, values):
    for value in values:
        with refuses(f"{method.__name__}: {name}={value!r}", "expected"):
            method(**{name: value})


def test_whole_numbers_and_switches_may_be_numpys():
    assert repr(LBFGS(np.int64(7), precondition=np.False_)) == repr(LBFGS(7)) == repr(LBFGS(7.0))


def test_a_search_with_less_curvature_than_decrease_is_refused():
    """Below c1 there need be no step with both conditions."""
    with refuses("StrongWolfe: c2=0.1", "at least c1=0.4"):
        StrongWolfe(c1=0.4, c2=0.1)
    assert StrongWolfe(c1=0.1, c2=0.1)
