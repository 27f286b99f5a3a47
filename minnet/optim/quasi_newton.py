"""Quasi-Newton methods: curvature from differences of gradients.

Glossary: g gradient, p direction, s = x_{k+1} − x_k, y = g_{k+1} − g_k, ρ = 1/sᵀy. H approximates the inverse
Hessian, and the secant equation is H y = s.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .line_search import HagerZhang, Line
from .method import COUNT, Method, NoProgress

__all__ = ["LBFGS", "two_loop"]

EPS = np.finfo(float).eps


def two_loop(pairs, g, gamma=None):
    """H g for the BFGS matrix H of the pairs [(s, y), …], oldest first, built on γI (Nocedal 1980; Nocedal,
    Wright 2006, algorithm 7.4). gamma=None takes sᵀy / yᵀy of the newest pair (their 7.20)."""
    q, alphas = g.copy(), []
    for s, y in reversed(pairs):
        alpha = (s @ q) / (s @ y)
        q -= alpha * y
        alphas.append(alpha)
    if gamma is None and pairs:
        s, y = pairs[-1]
        gamma = (s @ y) / (y @ y)
    r = q if gamma is None else gamma * q
    for (s, y), alpha in zip(pairs, reversed(alphas)):
        beta = (y @ r) / (s @ y)
        r += (alpha - beta) * s
    return r


def curved(s, y):
    """Whether sᵀy is positive beyond the rounding of ‖s‖‖y‖: then, and only then, an update stays definite."""
    return s @ y > EPS * np.linalg.norm(s) * np.linalg.norm(y)


def searched(f, x, p, search, first):
    """The point that a line search finds from x along p."""
    line = Line(f, x, p)
    return line.point(search.search(line, first))


def first_step(f, x):
    """A first trial of length min(1, 1/‖g‖) along −g, where no curvature is known."""
    return min(1.0, 1.0 / np.linalg.norm(f.gradient(x)))


@dataclass(frozen=True)
class LBFGS(Method):
    """x ← x + t p,  p = −H g with the H of the last `memory` pairs (s, y) by `two_loop` (Liu, Nocedal 1989).

    A pair without positive curvature is not kept. Where the search fails, the pairs are dropped and the step
    starts again from −g before the run is given up.
    """

    memory: int = 10
    search: object = HagerZhang()

    def __post_init__(self):
        self._check(memory=COUNT)

    def start(self, f, x):
        return {"kept": 0}

    def step(self, f, x, state):
        pairs = [(state[f"s{i}"], state[f"y{i}"]) for i in range(state["kept"])]
        g = f.gradient(x)
        try:
            new = searched(f, x, -two_loop(pairs, g), self.search, 1.0 if pairs else first_step(f, x))
        except NoProgress:
            if not pairs:
                raise
            pairs = []
            new = searched(f, x, -g, self.search, first_step(f, x))
        s, y = new - x, f.gradient(new) - g
        if curved(s, y):
            pairs = [*pairs, (s, y)][-self.memory:]
        state = {"kept": len(pairs)}
        for i, (s, y) in enumerate(pairs):
            state |= {f"s{i}": s, f"y{i}": y}
        return new, state
