"""Hager and Zhang: Wolfe or approximate Wolfe."""

import pytest
from line_functions import FIRST, MORE_THUENTE, along, each_function, spent

from minnet.optim import HagerZhang


@each_function
@pytest.mark.parametrize("first", FIRST)
def test_hager_zhang_finds_wolfe_or_approximate_wolfe(number, first):
    phi, slope, _, c2, _ = MORE_THUENTE[number]
    for c1 in (0.001, 0.1):
        line = along(phi, slope)
        t = HagerZhang(c1, c2).search(line, first)
        wolfe = phi(t) <= phi(0.0) + c1 * t * slope(0.0) and slope(t) >= c2 * slope(0.0)
        approximate = phi(t) <= phi(0.0) + 1e-6 * abs(phi(0.0)) and (2 * c1 - 1) * slope(0.0) >= slope(
            t
        ) >= c2 * slope(0.0)
        assert t > 0 and (wolfe or approximate) and spent(line)["nfev"] <= 25
