"""A function that counts its evaluations and remembers the last points, so that methods ask freely."""
from __future__ import annotations

import numpy as np

__all__ = ["Counted"]

REMEMBERED = 3


class Counted:
    """`f` with the counts nfev, njev, nhev: values, gradients, and Hessians or products with them (one for each
    vector). What was computed at the last three points is not computed, nor counted, again; so that they are known again
    at a glance, arrays that were points are made read-only."""

    def __init__(self, f, counts=None):
        self.f, self.n = f, getattr(f, "n", None)
        self.counts = {"nfev": 0, "njev": 0, "nhev": 0} if counts is None else counts
        self._points, self._preconditioner = [], (None, None)

    def has(self, derivative):
        return self.f.has(derivative) if hasattr(self.f, "has") else callable(getattr(self.f, derivative, None))

    def subset(self, rows):
        """A part of f that counts into the same counts."""
        return Counted(self.f.subset(rows), self.counts)

    def value(self, x):
        return self._remembered(x, "value", "nfev")

    def gradient(self, x):
        return self._remembered(x, "gradient", "njev")

    def hessian(self, x):
        return self._remembered(x, "hessian", "nhev")

    def ggn(self, x):
        return self._remembered(x, "ggn", "nhev")

    def value_and_gradient(self, x):
        return self.value(x), self.gradient(x)

    def hvp(self, x, v):
        self.counts["nhev"] += 1 if v.ndim == 1 else v.shape[1]
        return self.f.hvp(x, v)

    def ggnvp(self, x, v):
        self.counts["nhev"] += 1 if v.ndim == 1 else v.shape[1]
        return self.f.ggnvp(x, v)

    def preconditioner(self, x):
        """f's preconditioner at x, which counts as a Hessian; the last one is kept."""
        at, precondition = self._preconditioner
        if at is not x:
            self.counts["nhev"] += 1
            precondition = self.f.preconditioner(x)
            self._preconditioner = x, precondition
        return precondition

    def _remembered(self, x, what, count):
        point = self._known(x)
        if what not in point:
            self.counts[count] += 1
            answer = np.asarray(getattr(self.f, what)(x))
            answer = answer.astype(float) if answer.dtype.kind in "iub" else answer
            point[what] = answer[()] if what == "value" else answer
        return point[what]

    def _known(self, x):
        """What is known at x: {name: answer}, to which more is added."""
        for at, point in self._points:
            if at is x:
                return point
        x.setflags(write=False)
        for at, point in self._points:
            if at.dtype == x.dtype and (at == x).all():
                return point
        self._points = [(x, {}), *self._points[:REMEMBERED - 1]]
        return self._points[0][1]
