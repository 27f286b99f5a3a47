"""One block of a symmetric matrix, the parameters of two layers against each other, by weights and biases."""
from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

__all__ = ["SplitBlock"]

Array = NDArray[Any]


class SplitBlock:
    """A block as four views: its rows are W (q, p) and b (q) of one layer, its columns W (s, r) and b (s) of another.

    What is put is indexed by q, p, s, r with the biases last in p and r, as for ã = [a, 1].

    Parameters
    ----------
    block : array (n_l, n_m)
        Written to. It may be a transposed view: splitting an axis never copies.
    shape_l, shape_m : (int, int)
        The shapes of the two weight matrices.
    add : bool
        Whether what is put is added to what is there.
    """

    p: int
    r: int
    add: bool
    WW: Array
    Wb: Array
    bW: Array
    bb: Array

    def __init__(self, block: Array, shape_l: tuple[int, int], shape_m: tuple[int, int], add: bool) -> None:
        (q, p), (s, r) = shape_l, shape_m
        self.p, self.r, self.add = p, r, add
        self.WW = block[:q * p, :s * r].reshape(q, p, s, r)
        self.Wb = block[:q * p, s * r:].reshape(q, p, s)
        self.bW = block[q * p:, :s * r].reshape(q, s, r)
        self.bb = block[q * p:, s * r:]

    def put(self, products: Array) -> None:
        """The whole block (q, p, s, r)."""
        p, r = self.p, self.r
        self._set(self.WW, products[:, :p, :, :r])
        self._set(self.Wb, products[:, :p, :, r])
        self._set(self.bW, products[:, p, :, :r])
        self._set(self.bb, products[:, p, :, r])

    def put_symmetric(self, q: int, products: Array) -> None:
        """Of a layer with itself: unit q against the units s ≥ q (s, p, r), symmetric in p and r, and their mirror."""
        p = self.p
        inner, edge, corner = products[:, :p, :p], products[:, :p, p], products[:, p, p]
        self._set(self.WW[q, :, q:], inner.transpose(1, 0, 2))
        self._set(self.WW[q + 1:, :, q], inner[1:])
        self._set(self.Wb[q, :, q:], edge.T)
        self._set(self.Wb[q + 1:, :, q], edge[1:])
        self._set(self.bW[q, q:], edge)
        self._set(self.bW[q + 1:, q], edge[1:])
        self._set(self.bb[q, q:], corner)
        self._set(self.bb[q + 1:, q], corner[1:])

    def _set(self, target, values):
        if self.add:
            target += values
        else:
            target[...] = values
