"""The page of formulas and the kernel that runs give the same matrices."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal

from minnet.network.activations import ACTIVATIONS
from minnet.network.hessian import hessian
from minnet.network.khatri_rao import khatri_rao_product, packed_triangle, packed_triangle_product, unpacking
from minnet.network.split_block import SplitBlock
from minnet.network.workspace import Workspace
from minnet.testing import objectives, parameters


@settings(max_examples=60)
@given(st.data(), objectives(activations=list(ACTIVATIONS), max_depth=4, max_examples=20, weighted=True),
       st.booleans(), st.sampled_from([float, complex]))
def test_text_and_kernel_agree(data, f, gauss_newton, dtype):
    theta = data.draw(parameters(f.net, dtype))
    assert_close((f.ggn if gauss_newton else f.hessian)(theta), hessian(f, theta, gauss_newton), 5e-15)


@pytest.mark.parametrize("P, R, N", [(1, 1, 1), (3, 2, 5), (4, 4, 1)])
@pytest.mark.parametrize("pairs", [1, 6, 1 << 17])
def test_khatri_rao_products(P, R, N, pairs, monkeypatch):
    monkeypatch.setattr("minnet.network.khatri_rao.PAIRS", pairs)
    rng, workspace = np.random.default_rng(0), Workspace()
    S, a, b = rng.standard_normal((2, 2, N)), rng.standard_normal((P, N)), rng.standard_normal((R, N))
    out = np.empty((4, P * R))
    khatri_rao_product(S.reshape(4, N), a, b, out, workspace)
    assert_close(out.reshape(2, 2, P, R), np.einsum("qsn,pn,rn->qspr", S, a, b), 1e-15)
    S = S + S.transpose(1, 0, 2)
    packed, out = packed_triangle(S, np.empty((3, N))), np.empty((3, P * (P + 1) // 2))
    packed_triangle_product(packed, a, out, workspace)
    assert_close(out[unpacking(2)][..., unpacking(P)], np.einsum("qsn,pn,rn->qspr", S, a, a), 1e-15)


@pytest.mark.parametrize("shape_l, shape_m", [((2, 3), (4, 2)), ((1, 1), (1, 1)), ((3, 1), (1, 4))])
@pytest.mark.parametrize("transposed", [False, True])
def test_a_block_is_written_through_views_of_it(shape_l, shape_m, transposed):
    (q, p), (s, r) = shape_l, shape_m
    size = q * (p + 1), s * (r + 1)
    whole = np.zeros((size[1] + 2, size[0] + 3)) if transposed else np.zeros((size[0] + 2, size[1] + 3))
    block = whole[1:-1, 1:-2].T if transposed else whole[1:-1, 1:-2]
    products = np.random.default_rng(0).standard_normal((q, p + 1, s, r + 1))
    for add in (False, True):
        SplitBlock(block, shape_l, shape_m, add).put(products)
        rows = np.concatenate([products[:, :p].reshape(q * p, s, r + 1), products[:, p]])
        expected = np.concatenate([rows[..., :r].reshape(len(rows), -1), rows[..., r]], axis=1)
        assert_array_equal(block, (1 + add) * expected)
    assert not (whole[0].any() or whole[-1].any() or whole[:, 0].any())         # nothing beside the block
