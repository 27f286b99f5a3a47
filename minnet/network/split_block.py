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

    add: bool
    WW: Array
    Wb: Array
    bW: Array
    bb: Array

    def __init__(self, block: Array, shape_l: tuple[int, int], shape_m: tuple[int, int], add: bool) -> None:
        (q, p), (s, r) = shape_l, shape_m
        self.add = add
        self.WW = block[:q * p, :s * r].reshape(q, p, s, r)
        self.Wb = block[:q * p, s * r:].reshape(q, p, s)
        self.bW = block[q * p:, :s * r].reshape(q, s, r)
        self.bb = block[q * p:, s * r:]

    def put(self, entries: Array, q: slice = slice(None), s: slice = slice(None)) -> None:
        """The entries (q, p, s, r), of all units q and s or of some."""
        self._set(self.WW[q, :, s], entries[:, :-1, :, :-1])
        self._set(self.Wb[q, :, s], entries[:, :-1, :, -1])
        self._set(self.bW[q, s], entries[:, -1, :, :-1])
        self._set(self.bb[q, s], entries[:, -1, :, -1])

    def _set(self, target, values):
        if self.add:
            target += values
        else:
            target[...] = values
