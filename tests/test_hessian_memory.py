"""The memory that the Hessian takes is as its docstring states."""
import tracemalloc
from copy import copy

import pytest
from hessian_cases import MB, fixed

from minnet import MLP

# --- memory and threads ----------------------------------------------------------------------------------------------

def traced_peak(rule):
    """Bytes at the peak of a call, over what there was before it."""
    tracemalloc.start()
    try:
        rule()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def stated(net, layers):
    """Bytes as `Objective.hessian` states: the matrix, the products of its largest pair of layers, 32 MB."""
    sizes = [end - W for l, (W, _, end, _) in enumerate(net.layout, 1) if l in layers]
    return 8 * (sum(sizes) ** 2 + max(sizes) ** 2) + 32 * MB


def peak_and_stated(widths, N, layers=None):
    """Of the first call at a point whose gradient is known; the Gauss-Newton matrix takes no more than the Hessian."""
    f, theta = fixed(widths, N)
    f.gradient(theta)
    peaks = []
    for rule in (f.hessian, f.ggn):
        peaks.append(traced_peak(lambda: rule(theta, layers=layers)))
        f = copy(f)
    return max(peaks), stated(f.net, layers or range(1, len(widths)))


@pytest.mark.parametrize("widths, N", [([64, 16, 10], 1797), ([30, 30, 10], 500), ([8, 16, 16, 16, 2], 5000),
                                       ([64, 40, 10], 500), ([10] * 8, 1000), ([300, 5, 2], 500)])
def test_peak_memory_is_as_stated(widths, N):
    peak, bound = peak_and_stated(widths, N)
    assert peak <= bound


@pytest.mark.parametrize("widths, layer", [([20, 300, 10, 5], 3), ([10, 10, 400, 10], 1)])
def test_a_part_takes_the_memory_of_the_part(widths, layer):
    """A small layer's block where the whole Hessian would take hundreds of megabytes."""
    whole = 8 * MLP(widths).n_params ** 2
    peak, bound = peak_and_stated(widths, 100, [layer])
    assert peak <= bound <= 36 * MB < 500 * MB < whole


@pytest.mark.parametrize("widths, N, layers", [
    ([5, 100], 2000, None),               # ∂²ℓ/∂z² of all examples at once would take 160 MB
    ([400, 1], 10000, None),              # a row of pairs is 401 times 10000 long
    ([20, 10, 1000, 5, 4], 100, [4])])    # S of the wide layer, which the last one does not need
def test_peak_memory_is_as_stated_at_the_extremes(widths, N, layers):
    peak, bound = peak_and_stated(widths, N, layers)
    assert peak <= bound
