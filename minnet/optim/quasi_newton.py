"""Quasi-Newton methods: curvature from differences of gradients.

Glossary: g gradient, p direction, s = x_{k+1} − x_k, y = g_{k+1} − g_k, ρ = 1/sᵀy; B approximates the Hessian, H its
inverse. The secant equation is B s = y, or H y = s. An update of a positive definite matrix is positive definite exactly
where sᵀy > 0, which the Wolfe conditions of the line search see to.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import get_blas_funcs

from ..linalg import packed
from .search.line_search import Line, StrongWolfe
from .method import COUNT, POSITIVE, Method, NoProgress
from .trust_region import exact_step, gain, next_radius, predicted_reduction

__all__ = ["BFGS", "DFP", "SR1", "LBFGS", "bfgs_update", "dfp_update", "psb_update", "sr1_update", "two_loop"]

EPS = np.finfo(float).eps


def bfgs_update(H, s, y):
    """(I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, in O(n²) (Nocedal, Wright 2006, (6.17)).

    The inverse nearest to H, in the norm ‖W^½ (·) W^½‖_F of any W with W s = y, of those with H y = s.

    >>> bfgs_update(np.eye(2), s=np.array([1.0, 0.0]), y=np.array([2.0, 0.0]))
    array([[0.5, 0. ],
           [0. , 1. ]])
    """
    return H + _symmetric(s, bfgs_change(H @ y, s, y))


def bfgs_change(Hy, s, y, unit=1.0):
    """w of the update H + s wᵀ + w sᵀ of BFGS; unit=0 leaves the term ρ s sᵀ out, so that what is left is linear in H."""
    rho = 1 / (s @ y)
    return (unit * rho + rho**2 * (y @ Hy)) / 2 * s - rho * Hy


def dfp_update(H, s, y):
    """H − H y yᵀ H / yᵀHy + ρ s sᵀ (Davidon 1959; Fletcher, Powell 1963): BFGS with the parts of B and H exchanged."""
    Hy = H @ y
    return H + _symmetric(s, s / (2 * (s @ y))) - _symmetric(Hy, Hy / (2 * (y @ Hy)))


def sr1_update(B, s, y):
    """B + r rᵀ / rᵀs, r = y − B s: the one symmetric update of rank one; B itself where rᵀs is too small to divide by."""
    r = y - B @ s
    if abs(r @ s) < 1e-8 * np.linalg.norm(r) * np.linalg.norm(s) or not r.any():
        return B
    return B + _symmetric(r, r / (2 * (r @ s)))


def psb_update(B, s, y):
    """B + (r sᵀ + s rᵀ)/sᵀs − (rᵀs) s sᵀ/(sᵀs)², r = y − B s (Powell 1970): the B nearest in the plain Frobenius norm.

    It may lose definiteness although sᵀy > 0; weighting the norm, as BFGS and DFP do, is what keeps it.

    >>> np.linalg.eigvalsh(psb_update(np.eye(2), s=np.array([1.0, 0.0]), y=np.array([0.1, 2.0]))).round(3)
    array([-1.5,  2.6])
    """
    r, ss = y - B @ s, s @ s
    return B + _symmetric(s, r / ss - (r @ s) / (2 * ss**2) * s)


def two_loop(pairs, g, gamma=None, precondition=None, products=None):
    """H g for the BFGS matrix H of the pairs [(s, y), …], oldest first, built on γM (Nocedal 1980; Nocedal, Wright 2006,
    algorithm 7.4).

    With the s and the y as rows of S and Y, R the upper triangle of S Yᵀ and D its diagonal, the loop from the newest pair
    to the oldest is R α = S g, which leaves q = g − Yᵀα; r = γ M q; the loop back is Rᵀ δ = D α − Y r, δ = α − β; and H g = r + Sᵀ δ.
    precondition: v -> M v, None for M = I. gamma=None takes sᵀy / yᵀMy of the newest pair (their 7.20). products: S Yᵀ, where its
    upper triangle is known.
    """
    M = precondition or (lambda v: v)
    pairs = np.asarray(pairs, g.dtype).reshape(-1, 2, len(g))
    S, Y = pairs[:, 0], pairs[:, 1]
    if not len(pairs):
        return (1.0 if gamma is None else gamma) * M(g)
    R = S @ Y.T if products is None else products
    solve = get_blas_funcs("trsv", (R,))
    alpha = solve(R, S @ g)
    if gamma is None:
        gamma = R[-1, -1] / (Y[-1] @ M(Y[-1]))
    r = gamma * M(g - alpha @ Y)
    delta = solve(R, R.diagonal() * alpha - Y @ r, trans=1)
    return r + delta @ S


def no_pairs(x):
    """The entries of a state that keeps pairs, before the first."""
    return {"pairs": np.zeros((0, 2, len(x)), x.dtype), "products": np.zeros((0, 0), x.dtype)}


def kept_pairs(state):
    """These entries of a state."""
    return {"pairs": state["pairs"], "products": state["products"]}


def with_pair(state, s, y, memory):
    """The entries with the newest pair added: pairs (k, 2, n), the last `memory`, and products, the upper triangle of S Yᵀ."""
    pairs = np.concatenate([state["pairs"], [(s, y)]])[-memory:]
    older, products = len(pairs) - 1, np.zeros((len(pairs), len(pairs)), pairs.dtype)
    first = len(state["products"]) - older
    products[:older, :older] = state["products"][first:, first:]
    products[:, older] = pairs[:, 0] @ y
    return {"pairs": pairs, "products": products}


def damped(s, y, Bs):
    """y, or the mixture θ y + (1 − θ) B s with sᵀy = 0.2 sᵀBs where sᵀy is less (Powell 1978)."""
    sy, sBs = s @ y, s @ Bs
    if sy >= 0.2 * sBs:
        return y
    theta = 0.8 * sBs / (sBs - sy)
    return theta * y + (1 - theta) * Bs


def secant(f, x, new):
    """(s, y) with y scaled so that sᵀy is the curvature at the new point to one order more, by the values of f.

    y ← y (1 + θ/sᵀy), θ = 6(f_k − f_{k+1}) + 3(g_k + g_{k+1})ᵀs (Zhang, Deng, Chen 1999, (2.5)), the factor kept in [½, 2].
    On a quadratic θ = 0; where θ drowns in the rounding of f it is taken for 0.
    """
    value, value_new, g, g_new = f.value(x), f.value(new), f.gradient(x), f.gradient(new)
    s, y = new - x, g_new - g
    theta, sy = 6 * (value - value_new) + 3 * (g + g_new) @ s, s @ y
    if sy > 0 and abs(theta) > 100 * np.finfo(x.dtype).eps * max(abs(value), abs(value_new)):
        y = y * min(max(1 + theta / sy, 0.5), 2.0)
    return s, y


def spread(s, y):
    """γ, the scale of H where nothing else is known: between the two steps of Barzilai and Borwein (1988), near the shorter
    one, sᵀy/yᵀy, which is lengthened by cos(s, y)^−¼."""
    sy, yy = abs(s @ y), y @ y
    return sy / yy * (np.sqrt(s @ s) * np.sqrt(yy) / sy) ** 0.25


def curved(s, y):
    """Whether sᵀy is positive beyond the rounding of ‖s‖‖y‖."""
    return s @ y > np.finfo(s.dtype).eps * np.linalg.norm(s) * np.linalg.norm(y)


def searched(f, x, p, search, first):
    """The point that a line search finds from x along p."""
    line = Line(f, x, p)
    return line.point(search.search(line, first))


def first_step(x, p):
    """A first trial along p of length 0.3 max(1, ‖x‖), but t ≤ 1, where little curvature is known."""
    reach, size = 0.3 * max(1.0, float(np.linalg.norm(x))), float(np.linalg.norm(p))
    return reach / size if size > reach else 1.0


def _symmetric(a, b):
    """a bᵀ + b aᵀ, as one product of thin matrices, symmetric to the last bit."""
    M = np.outer(a, b)
    M += M.T.copy()
    return M


@dataclass(frozen=True)
class BFGS(Method):
    """x ← x + t p,  p = −H g,  H ← `bfgs_update` (Broyden, Fletcher, Goldfarb, Shanno 1970), O(n²) a step.

    The update is linear in H and ρ s sᵀ, so that H = γ U + R, U from the first matrix I and R from the pairs, both packed
    as in `linalg.packed`; γ is the newest `spread`, as in L-BFGS, whose H with all pairs kept this is. (s, y) is `secant`'s;
    where a search without the Wolfe conditions leaves no positive curvature, y is `damped`. Where the search fails, H is
    dropped and the step starts again from −g.
    """

    search: object = StrongWolfe()

    dense = True

    def start(self, f, x):
        return {"known": 0, "gamma": 1.0, "U": np.zeros(0, x.dtype), "R": np.zeros(0, x.dtype)}

    def step(self, f, x, state):
        known, gamma, U, R = (state[name] for name in ("known", "gamma", "U", "R"))
        g = f.gradient(x)
        try:
            p = -(gamma * packed.times(U, g) + packed.times(R, g)) if known else -g
            new = searched(f, x, p, self.search, 1.0 if known else first_step(x, g))
        except NoProgress:
            if not known:
                raise
            known, p = 0, -g
            new = searched(f, x, p, self.search, first_step(x, g))
        s, y = secant(f, x, new)
        if known and not curved(s, y):
            y = damped(s, y, -(s @ p) / (p @ p) * g)
        if not curved(s, y):
            return new, {**state, "known": known}
        if not known:
            U = packed.identity(len(x), x.dtype)
            R = np.zeros_like(U)
        U, R = (packed.plus(A, s, bfgs_change(packed.times(A, y), s, y, unit)) for A, unit in ((U, 0.0), (R, 1.0)))
        return new, {"known": known + 1, "gamma": spread(s, y), "U": U, "R": R}


@dataclass(frozen=True)
class DFP(Method):
    """x ← x − t H g,  H ← `dfp_update`: the older method, slow to mend an H that is too large or too small.

    Before its first update H is (sᵀy / yᵀy) I. Where the search fails, H is dropped and the step starts again from −g.
    """

    search: object = StrongWolfe(c2=0.1)

    dense = True

    def start(self, f, x):
        return {"known": 0, "H": np.zeros((0, 0), x.dtype)}

    def step(self, f, x, state):
        g, H, known = f.gradient(x), state["H"], state["known"]
        try:
            new = searched(f, x, -H @ g if known else -g, self.search, 1.0 if known else first_step(x, g))
        except NoProgress:
            if not known:
                raise
            known = 0
            new = searched(f, x, -g, self.search, first_step(x, g))
        s, y = new - x, f.gradient(new) - g
        if not curved(s, y):
            return new, {"known": known, "H": H}
        H = H if known else (s @ y) / (y @ y) * np.eye(len(x), dtype=x.dtype)
        return new, {"known": known + 1, "H": dfp_update(H, s, y)}


@dataclass(frozen=True)
class SR1(Method):
    """Symmetric rank one in a trust region (Nocedal, Wright 2006, algorithm 6.2): B may be indefinite, as the Hessian may.

    radius: the first Δ, in units of max(1, ‖x‖).
    """

    radius: float = 1.0

    dense = True

    def __post_init__(self):
        self._check(radius=POSITIVE)

    def start(self, f, x):
        scale = np.linalg.norm(f.gradient(x))
        return {"radius": self.radius * max(1.0, float(np.linalg.norm(x))), "B": max(scale, 1.0) * np.eye(len(x), dtype=x.dtype)}

    def step(self, f, x, state):
        value, g, B, radius = f.value(x), f.gradient(x), state["B"], state["radius"]
        while radius > EPS * (EPS + np.linalg.norm(x)):
            s, *_ = exact_step(g, B, radius)
            ratio = gain(f, x, value, g, s, predicted_reduction(g, B, s))
            if np.isfinite(f.value(x + s)):
                B = sr1_update(B, s, f.gradient(x + s) - g)
            if ratio > 1e-4:
                return x + s, {"radius": next_radius(radius, float(np.linalg.norm(s)), ratio), "B": B}
            radius = min(radius, float(np.linalg.norm(s))) / 4
        raise NoProgress("no step lowers the value: it is at the limit of rounding")


@dataclass(frozen=True)
class LBFGS(Method):
    """x ← x + t p,  p = −H g with the H of the last `memory` pairs (s, y) by `two_loop` (Liu, Nocedal 1989).

    (s, y) is `secant`'s and H starts from γI with γ the newest `spread`. A pair without positive curvature is not
    kept. Where the search fails, the pairs are dropped and the step starts again from −g before the run is given up.
    precondition: for an Objective, H starts from γM, M the inverse of its Gauss-Newton matrix in Kronecker factors (Martens, Grosse
    2015) and γ = sᵀy / yᵀMy, both made anew at the steps 4, 8, 16, …, γ at 1 and 2, too; each M costs a few gradients and
    counts in nhev.
    """

    memory: int = 20
    search: object = StrongWolfe()
    precondition: bool = False

    def __post_init__(self):
        self._check(memory=COUNT)

    @property
    def needs(self):
        return ("gradient", "preconditioner") if self.precondition else ("gradient",)

    def start(self, f, x):
        return {**no_pairs(x), **({"k": 0, "anchor": x, "gamma": 1.0} if self.precondition else {})}

    def step(self, f, x, state):
        kept, g = kept_pairs(state), f.gradient(x)
        M, gamma, about = self._preconditioner(f, x, state) if self.precondition else (None, None, {})
        known = len(kept["pairs"])
        try:
            p = -two_loop(kept["pairs"], g, spread(*kept["pairs"][-1]) if known and not M else gamma, M, kept["products"])
            new = searched(f, x, p, self.search, 1.0 if known else first_step(x, p))
        except NoProgress:
            if not (known or M):
                raise
            kept = no_pairs(x)
            new = searched(f, x, -g, self.search, first_step(x, g))
        s, y = secant(f, x, new)
        return new, {**(with_pair(kept, s, y, self.memory) if curved(s, y) else kept), **about}

    def _preconditioner(self, f, x, state):
        """M, γ and what the state keeps of them: M made at x where k = 0, 4, 8, 16, …, γ where k = 1, 2, 4, 8, …"""
        k, anchor, gamma = state["k"], state["anchor"], state["gamma"]
        doubled = k & (k - 1) == 0
        if doubled and k not in (1, 2):
            anchor = x
        M = f.preconditioner(anchor)
        if doubled and len(state["pairs"]):
            s, y = state["pairs"][-1]
            gamma = float((s @ y) / (y @ M(y)))
        return M, gamma, {"k": k + 1, "anchor": anchor, "gamma": gamma}
