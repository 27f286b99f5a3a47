"""Matrices of known spectra, and what estimates of them are held against."""
import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator

from minnet.curvature.spectral_density import jackson_series


def of_spectrum(lam, rng=0):
    """A symmetric matrix with these eigenvalues, in a random basis."""
    Q = np.linalg.qr(np.random.default_rng(rng).standard_normal((len(lam), len(lam))))[0]
    A = (Q * lam) @ Q.T
    return (A + A.T) / 2


SPECTRA = {"uniform": np.linspace(-1, 1, 96), "decay": np.logspace(2, -4, 96),
           "outliers": np.r_[np.linspace(-1, 1, 93), 9, 10, 30], "clusters": np.repeat([0.0, 1.0, 5.0, -3.0], 24)}
each_spectrum = pytest.mark.parametrize("name", SPECTRA)


class Counting(LinearOperator):
    """A matrix that counts the columns it is multiplied by, and the widest block of them."""

    def __init__(self, A):
        self.A, self.products, self.widest = A, 0, 0
        super().__init__(A.dtype, A.shape)

    def _matvec(self, v):
        return self._matmat(v.reshape(len(v), -1)).reshape(v.shape)

    def _matmat(self, V):
        self.products, self.widest = self.products + V.shape[1], max(self.widest, V.shape[1])
        return self.A @ V


def smoothed(found, lam):
    """(1/n) Σ g(λ − λ_i), the density that "lanczos" estimates."""
    g = np.exp(-((found.grid[:, None] - lam) ** 2) / (2 * found.width**2)) / (found.width * np.sqrt(2 * np.pi))
    return g.mean(1)


def jackson(found, lam, moments):
    """The density that "kpm" estimates, from exact moments; the grid tells the interval."""
    first = np.cos(np.pi * 0.5 / len(found.grid))
    centre, half = (found.grid[0] + found.grid[-1]) / 2, (found.grid[-1] - found.grid[0]) / 2 / first
    exact = np.cos(np.outer(np.arange(moments), np.arccos((lam - centre) / half))).mean(1)
    return jackson_series((found.grid - centre) / half, exact[None])[0] / half


def coverage(estimates, truth):
    """The fraction within two standard errors, and the root mean square error in units of the standard error's."""
    values, errors = (np.array([getattr(e, part) for e in estimates]) for part in ("value", "standard_error"))
    gap = abs(values - truth)
    return np.mean(gap <= 2 * errors), np.sqrt(np.mean(gap**2) / np.mean(errors**2))
