"""The mean of the Monte Carlo matrices is the Gauss-Newton matrix, entry by entry within their spread."""
import numpy as np
from pictures import drawn


def test_the_mean_of_the_drawn_matrices_is_gauss_newtons():
    data = drawn("fisher_ggn").data
    mean, error = data["drawn"].mean(0), data["drawn"].std(0) / np.sqrt(len(data["drawn"]))
    assert data["success"] and (abs(mean - data["G"]) < 5 * error + 1e-12).all()


def test_each_matrix_is_symmetric_and_definite_by_the_weight_decay():
    data = drawn("fisher_ggn").data
    for M in (data["G"], *data["drawn"][:5]):
        assert np.allclose(M, M.T, atol=1e-12) and np.linalg.eigvalsh(M)[0] > 0.01 * (1 - 1e-6)
