"""A function that counts its evaluations and remembers the last points, so that methods ask freely."""
from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from ...answers import read_gradient, read_matrix, read_value
from ...function import Array, SupportsValue, supports
from ..method import NoProgress

__all__ = ["Counted", "is_finite"]

REMEMBERED = 3
READERS: dict[str, Callable[..., Any]] = {
    "value": read_value, "gradient": read_gradient, "hessian": read_matrix,
    "ggn": lambda answer, x, name: read_matrix(answer, x, name, "Gauss-Newton matrix")}
COUNTS = {"value": "nfev", "gradient": "njev", "hessian": "nhev", "ggn": "nhev"}
CURVATURE = {"hessian": "Hessian", "hvp": "Hessian", "ggn": "Gauss-Newton matrix", "ggnvp": "Gauss-Newton matrix"}


class Counted:
    """`f` with the counts nfev, njev, nhev: values, gradients, and Hessians or products with them (one for each
    vector).

    What was computed at the last three points is not computed, nor counted, again; a point that a run has `settle`d
    on is among them until the next. The function sees read-only copies of the points, so that no array of a caller is
    frozen or changed.

    Parameters
    ----------
    f : object
        A function with `value` and what else a method needs.
    counts : dict, optional
        Counts to go on from, which parts of a function share.
    needs : tuple of str
        What the method needs: where one of these is a kind of Hessian and not finite at the point of the run, the run
        ends (`NoProgress`).
    """

    def __init__(self, f: SupportsValue, counts: dict[str, int] | None = None, needs: tuple[str, ...] = ()) -> None:
        self.f: SupportsValue = f
        self.n: int | None = getattr(f, "n", None)
        self.needs: tuple[str, ...] = needs
        self.counts: dict[str, int] = {"nfev": 0, "njev": 0, "nhev": 0} if counts is None else counts
        self._name = getattr(f, "name", type(f).__name__)
        self._gives_both = supports(f, "value_and_gradient")
        self._settled: _Point | None = None
        self._points: deque[_Point] = deque(maxlen=REMEMBERED)
        self._preconditioner: tuple[Array | None, Any] = None, None

    def __len__(self) -> int:
        return len(self.f)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What its function cannot give."""
        return tuple(name for name in ("gradient", "value_and_gradient", "hvp", "hessian", "ggn", "ggnvp", "subset",
                                       "preconditioner", "fisher_diagonal") if not self.gives(name))

    def gives(self, name: str) -> bool:
        """Whether f can answer what is called `name`, and this class hands it on."""
        return hasattr(self, name) and supports(self.f, "gradient" if name == "value_and_gradient" else name)

    def subset(self, rows: Array) -> Counted:
        """A part of f that counts into the same counts."""
        return Counted(self.f.subset(rows), self.counts, self.needs)

    def value(self, x: Array) -> Any:
        return self._ask(self._known(x), "value")

    def gradient(self, x: Array) -> Array:
        return self._ask(self._known(x), "gradient")

    def hessian(self, x: Array) -> Array:
        return self._finite(x, "hessian", self._ask(self._known(x), "hessian"))

    def ggn(self, x: Array) -> Array:
        return self._finite(x, "ggn", self._ask(self._known(x), "ggn"))

    def value_and_gradient(self, x: Array) -> tuple[Any, Array]:
        """Both, by f's own `value_and_gradient` where it has one and neither is known."""
        point = self._known(x)
        answers = point.answers
        if self._gives_both and "value" not in answers and "gradient" not in answers:
            self.counts["nfev"] += 1
            self.counts["njev"] += 1
            value, g = self.f.value_and_gradient(point.x)
            answers["value"] = read_value(value, point.x, self._name)
            answers["gradient"] = read_gradient(g, point.x, self._name)
        if "value" in answers and "gradient" in answers:
            return answers["value"], answers["gradient"]
        return self._ask(point, "value"), self._ask(point, "gradient")

    def hvp(self, x: Array, v: Array) -> Array:
        self.counts["nhev"] += 1 if v.ndim == 1 else v.shape[1]
        return self._finite(x, "hvp", self.f.hvp(x, v))

    def ggnvp(self, x: Array, v: Array) -> Array:
        self.counts["nhev"] += 1 if v.ndim == 1 else v.shape[1]
        return self._finite(x, "ggnvp", self.f.ggnvp(x, v))

    def fisher_diagonal(self, x: Array) -> Array:
        return self.f.fisher_diagonal(x)

    def preconditioner(self, x: Array) -> Callable[[Array], Array]:
        """f's preconditioner at x, which counts as a Hessian; the last one is kept."""
        at, precondition = self._preconditioner
        if at is None or not _same(at, x):
            self.counts["nhev"] += 1
            at = _frozen(x)
            precondition = self.f.preconditioner(at)
            self._preconditioner = at, precondition
        return precondition

    def settle(self, x: Array) -> Array:
        """Remember x, where a run goes on from, and forget the trial points before it: x as a read-only array of its
        own."""
        self._settled = self._known(x)
        self._points.clear()
        return self._settled.x

    def forget(self) -> None:
        """Forget all points."""
        self._settled = None
        self._points.clear()

    def remember(self, x: Array, answers: dict[str, Any]) -> Array:
        """Settle on x with answers that are known there."""
        x = self.settle(x)
        self._settled.answers.update(answers)
        return x

    def known(self, x: Array) -> dict[str, Any]:
        """What is known at x, by name."""
        return self._known(x).answers

    @property
    def has_lost_gradient(self) -> bool:
        """Whether at one of the last points the value was finite and the gradient was not."""
        return any(is_finite(np.atleast_1d(point.answers["value"])) and not is_finite(point.answers["gradient"])
                   for point in self._points if {"value", "gradient"} <= point.answers.keys())

    @property
    def preconditioned_at(self) -> Array | None:
        """The point of the preconditioner that is kept."""
        return self._preconditioner[0]

    def _ask(self, point, what):
        answers = point.answers
        if what not in answers:
            self.counts[COUNTS[what]] += 1
            answers[what] = READERS[what](getattr(self.f, what)(point.x), point.x, self._name)
        return answers[what]

    def _known(self, x):
        """The remembered point that equals x, which may be a new one."""
        settled = self._settled
        if settled is not None and settled.x is x:
            return settled
        bits, char = x.tobytes(), x.dtype.char
        if settled is not None and settled.bits == bits and settled.char == char:
            return settled
        for point in self._points:
            if point.bits == bits and point.char == char:
                return point
        point = _Point(bits, x.dtype)
        self._points.appendleft(point)
        return point

    def _finite(self, x, what, answer):
        """The answer; NoProgress where the method needs it at the point of the run and it is not finite."""
        if (
            what in self.needs
            and not is_finite(answer)
            and self._settled is not None
            and self._known(x) is self._settled
        ):
            raise NoProgress(f"the {CURVATURE[what]} is not finite at the last point")
        return answer


class _Point:
    """A point and what is known there. Its array `x` is read-only for good, and nobody else's."""

    __slots__ = ("bits", "char", "x", "answers")

    def __init__(self, bits, dtype):
        self.bits, self.char = bits, dtype.char
        self.x, self.answers = np.frombuffer(bits, dtype), {}


def _frozen(x):
    return np.frombuffer(x.tobytes(), x.dtype)


def _same(a, b):
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


def is_finite(answer: Array) -> bool:
    """Whether all entries are finite; their sum of squares tells in one pass, unless it overflows."""
    flat = answer if answer.ndim == 1 else np.ravel(answer)
    return math.isfinite(flat.dot(flat)) or bool(np.isfinite(flat).all())
