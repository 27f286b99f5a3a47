"""Line searches along eigenvectors end in n steps."""
import numpy as np
import pytest

from minnet import minimize, problems
from minnet.optim import (
    EigenvectorLineSearch,
)


@pytest.mark.parametrize("n", [1, 2, 7, 20])
def test_lines_along_eigenvectors_end_in_n_steps_on_a_quadratic(n):
    f = problems.quadratic(np.geomspace(1, 1e3, n), rng=n)
    result = minimize(f, np.random.default_rng(n).normal(size=n), EigenvectorLineSearch(), gtol=1e-8)
    assert result.success and result.nit <= n
