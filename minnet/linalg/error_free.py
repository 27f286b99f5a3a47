"""Error-free transformations: sums, products and splittings of doubles of which nothing is lost.

- *two sum* (Knuth): s = fl(a + b) and e = fl((a − (s − t)) + (b − t)) with t = fl(s − a) have s + e = a + b exactly;
- *two product* (Dekker, Veltkamp): p = fl(ab) and e of five more lines have p + e = ab exactly, up to 5 units of
  underflow;
- a *split* matrix (Ozaki et al. 2012): with powers of two E above each row of A,
  A = E 2⁻²¹ (A₁ + 2⁻²¹ (A₂ + A₃)) with whole numbers |A₁| ≤ 2²¹ and |A₂| ≤ 2²⁰ and a rest |A₃| ≤ 0.501, which alone is
  rounded, by less than 0.51 u.

All of it barring overflow, which leaves inf or NaN.

References
----------
Dekker 1971, A floating-point technique for extending the available precision, Numerische Mathematik 18.
Ogita, Rump, Oishi 2005, Accurate sum and dot product, SIAM J. Sci. Comput. 26.
Ozaki, Ogita, Oishi, Rump 2012, Error-free transformations of matrix multiplication by using fast routines of matrix
multiplication and its applications, Numerical Algorithms 59.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BITS", "shift", "split", "two_product", "two_sum"]

Array = NDArray[np.float64]
BITS = 21


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """(s, e) with s = fl(a + b) and s + e = a + b exactly.

    >>> two_sum(1.0, 2.0**-80) == (1.0, 2.0**-80)
    True
    """
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """(p, e) with p = fl(ab) and p + e = ab exactly, barring underflow and overflow.

    >>> p, e = two_product(1 + 2.0**-30, 1 + 2.0**-30)
    >>> p == 1 + 2.0**-29, e == 2.0**-60
    (True, True)
    """
    p = a * b
    a1, a2 = _halves(a)
    b1, b2 = _halves(b)
    return p, a2 * b2 - (((p - a1 * b1) - a2 * b1) - a1 * b2)


def _halves(a):
    """a as the sum of two doubles of 26 bits each."""
    c = (2.0**27 + 1) * a
    high = c - (c - a)
    return high, a - high


def split(high: Array, low: Array, axis: int) -> tuple[NDArray[np.intc], Array, Array, Array]:
    """Exponents of E and the parts A₁, A₂, A₃ of A = E 2⁻²¹ (A₁ + 2⁻²¹ (A₂ + A₃))."""
    _, exponent = np.frexp(abs(high).max(axis, keepdims=True, initial=0.0))
    x = np.ldexp(high, BITS - exponent)
    A1 = np.rint(x)
    x = np.ldexp(x - A1, BITS)
    A2 = np.rint(x)
    return exponent, A1, A2, (x - A2) + np.ldexp(low, 2 * BITS - exponent)


def shift(x: Array) -> Array:
    """2⁻²¹ x."""
    return x * 2.0**-BITS
