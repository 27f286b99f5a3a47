"""∇(θᵀHθ): the error of 2Hθ is the asymmetric part, whatever the matrix."""
import numpy as np
from pictures import drawn


def test_the_error_of_two_h_theta_grows_with_the_asymmetry():
    data = drawn("unsymmetric").data
    wrong = np.median(data["rows"][:, :, 1], axis=1)
    assert np.allclose(wrong[1:] / wrong[:-1], 10, rtol=0.1)
    assert (data["rows"][:, :, 0] < 1e-7).all()
