"""From the last layer to the first: how a loss bends in the inputs z_l of the units, for every example at once.

This is the recursion of `hessian.py`, with its glossary; the examples stand last, (…, N), so that each line is one
matrix product.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .examples import chunks
from .passes import Pass
from .tape import Tape
from .workspace import Workspace

if TYPE_CHECKING:
    from .mlp import MLP

__all__ = ["Curvature", "Level", "curvature"]

Array = NDArray[Any]
EXAMPLES = 3 << 20   # numbers of all S, Q and a packed triangle: 24 MB; examples are taken in chunks that need no more
ONE_ROW = 1 << 20    # numbers in one row of pairs, a_p ⊙ b_r for all r: 8 MB


@dataclass
class Level:
    """Layer l: S[m] = S_{l,m} (d_l, d_m, N) for m ≥ l, and Q[m] = Q_{l,m} (d_l, d_{m−1}, N) for m > l.

    Q[l + 1] is diagonal and given by its diagonal (d_l, N). For the Gauss-Newton matrix there is no Q.
    """

    l: int
    S: dict[int, Array]
    Q: dict[int, Array]


@dataclass
class Curvature:
    """A network's passes over some examples, as the sums of the Hessian need them.

    Parameters
    ----------
    net : MLP
    tape : Tape
    loss_hessian : callable
        A slice of the examples -> scale · ∂²ℓ/∂z_L² (d_L, d_L, N).
    deltas : list of arrays or None
        As `MLP.backward` returns them, without `scale`; None for the Gauss-Newton matrix.
    scale : float
    workspace : Workspace
    """

    net: MLP
    tape: Tape
    loss_hessian: Callable[[slice], Array]
    deltas: list[Array] | None
    scale: float
    workspace: Workspace
    _with_one: dict[int, Array] = field(default_factory=dict, init=False, repr=False)

    def chunks(self) -> Iterator[Curvature]:
        """The same for as many examples at a time as `EXAMPLES` and `ONE_ROW` allow."""
        N, widths = self.tape.a[0].shape[1], self.net.widths
        held = sum(widths[1:]) ** 2 + max(widths[1:]) ** 2 // 2  # numbers for each example: S and Q, a packed triangle
        most = max(1, min(EXAMPLES // held, ONE_ROW // (max(widths) + 1)))
        if most >= N:
            yield self
            return
        for part in chunks(N, -(-N // -(-N // most))):  # of one size, as few as may be
            deltas = None if self.deltas is None else [delta[:, part] for delta in self.deltas]
            yield Curvature(self.net, self.tape.part(part), lambda _, part=part: self.loss_hessian(part), deltas,
                            self.scale, self.workspace)

    def levels(self, only_diagonal: bool = False) -> Iterator[Level]:
        """The layers from the last to the first; with `only_diagonal`, S[l] is all that may be used of them."""
        last = self.net.n_layers - 1
        level = Level(last, {last: self.loss_hessian(slice(None))}, {})
        yield level
        for l in range(last - 1, -1, -1):
            level = _Descent(self, l).below(level, only_diagonal)
            yield level

    def array(self, name: object, *shape: int) -> Array:
        """Memory for a large intermediate array, kept under its name."""
        return self.workspace.array(name, shape, self.tape.z[-1].dtype)

    def with_one(self, l: int) -> Array:
        """ã = [a, 1], the inputs of layer l."""
        if l not in self._with_one:
            a = self.tape.a[l]
            out = self._with_one[l] = self.array(("a", l), len(a) + 1, a.shape[1])
            out[:-1], out[-1] = a, 1
        return self._with_one[l]


def curvature(p: Pass, gauss_newton: bool, scale: float) -> Curvature:
    """What the sums of the Hessian, or of the Gauss-Newton matrix, need of a pass."""
    return Curvature(
        p.net,
        p.tape,
        lambda examples: p.loss_hessian(examples, scale),
        None if gauss_newton else p.deltas,
        scale,
        p.workspaces.own,
    )


class _Descent:
    """From layer l + 1 to layer l: what D_l W_{l+1}ᵀ makes of S and Q."""

    def __init__(self, c: Curvature, l: int) -> None:
        self.c, self.l, self.W, self.D = c, l, c.tape.layers[l + 1][0], c.tape.slope(l)

    def below(self, above: Level, only_diagonal: bool) -> Level:
        l, c = self.l, self.c
        S = {m: self.times(f"S{m}", above.S[m]) for m in ([l + 1] if only_diagonal else above.S)}
        S[l], Q = self.times_from_the_right("H", S[l + 1]), {}
        if c.deltas is not None:
            q = np.arange(len(self.D))
            S[l][q, q] += c.scale * c.tape.error_bend(l, c.deltas)
            if not only_diagonal:
                Q = {m: (self.times_diagonal if m == l + 2 else self.times)(f"Q{m}", T) for m, T in above.Q.items()}
                Q[l + 1] = c.scale * self.D
        return Level(l, S, Q)

    def times(self, name: str, T: Array) -> Array:
        """D Wᵀ T."""
        out = self.c.array((name, self.l), len(self.D), *T.shape[1:])
        np.matmul(self.W.T, T.reshape(len(self.W), -1), out=out.reshape(len(self.D), -1))
        out *= self.D[:, None]
        return out

    def times_from_the_right(self, name: str, T: Array) -> Array:
        """T W D."""
        out = np.matmul(self.W.T, T, out=self.c.array((name, self.l), len(T), *self.D.shape))
        out *= self.D
        return out

    def times_diagonal(self, name: str, diagonal: Array) -> Array:
        """D Wᵀ diag(…)."""
        out = np.multiply(self.W.T[..., None], diagonal,
                          out=self.c.array((name, self.l), len(self.D), *diagonal.shape))
        out *= self.D[:, None]
        return out
