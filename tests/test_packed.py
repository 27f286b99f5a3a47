"""Packed triangles are matrices."""
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal

from minnet.linalg import packed

seeds, sizes = st.integers(0, 9999), st.integers(2, 6)


@given(seeds, sizes, st.sampled_from([np.float64, np.float32]))
def test_packed_matrices_are_matrices(seed, n, dtype):
    rng = np.random.default_rng(seed)
    a, b, v = rng.standard_normal((3, n)).astype(dtype)
    I = packed.identity(n, dtype)
    A = packed.plus(I, a, b)
    dense = np.eye(n) + np.outer(a, b) + np.outer(b, a)
    tol = 20 * np.finfo(dtype).eps
    assert A.shape == (n * (n + 1) // 2,) and A.dtype == packed.times(A, v).dtype == packed.dense(A).dtype == dtype
    assert_close(packed.dense(A), dense, tol)
    assert_close(packed.times(A, v), dense @ v, tol)
    assert_array_equal(packed.dense(I), np.eye(n))                 # not updated in place
