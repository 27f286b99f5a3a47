"""The compact form of the last pairs: it is the two loops."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal
from secant_cases import history

from minnet.optim.limited_memory import LimitedMemory
from minnet.optim.secant import secant_scale
from minnet.optim.updates import two_loop

seeds, sizes = st.integers(0, 9999), st.integers(2, 6)


@given(seeds, sizes, st.integers(0, 9), st.sampled_from([1.0, 0.03, 70.0]), st.booleans())
def test_the_compact_form_is_the_two_loops(seed, n, length, gamma, preconditioned):
    rng = np.random.default_rng(seed)
    pairs, g, memory = history(rng, n, length), rng.standard_normal(n), LimitedMemory.empty(n)
    for s, y in pairs:
        memory = memory.with_pair(s, y, 5)
    root = rng.standard_normal((n, n)) / n
    M = (np.eye(n) + root @ root.T).__matmul__ if preconditioned else None
    before = g.copy()
    assert_close(memory.times(g, gamma, M), two_loop(pairs[-5:], g, gamma, M), 1e-9)
    assert_array_equal(g, before)


@given(seeds, sizes, st.integers(1, 5))
def test_the_scale_is_that_of_the_newest_pair(seed, n, length):
    pairs, memory = history(np.random.default_rng(seed), n, length), LimitedMemory.empty(n)
    assert memory.gamma == 1
    for s, y in pairs:
        memory = memory.with_pair(s, y, 5)
        assert memory.gamma == secant_scale(s, y)
        assert memory.with_pair(s, -y, 5) is memory            # no positive curvature


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("memory", [1, 3, 9])
def test_it_keeps_the_last_pairs_and_their_products(memory, dtype):
    pairs = history(np.random.default_rng(0), 3, 5)
    kept = LimitedMemory.empty(3, dtype)
    assert kept.pairs.shape == (2, 0, 3)
    for k, (s, y) in enumerate(pairs, 1):
        before = kept
        kept = LimitedMemory.of(kept.with_pair(s.astype(dtype), y.astype(dtype), memory).state())
        expected = np.array(pairs[:k][-memory:], dtype)
        assert_array_equal(kept.pairs, np.swapaxes(expected, 0, 1))
        assert kept.pairs.dtype == kept.R.dtype == dtype
        assert_close(np.triu(kept.R), np.triu(expected[:, 0] @ expected[:, 1].T), 4 * np.finfo(dtype).eps)
        assert before.known == before.pairs.shape[1] == min(k - 1, memory)
