"""Spectral densities integrate to one, and their error bars cover the truth as often as they say."""
import numpy as np
import pytest
from laws import assert_close
from scipy.integrate import trapezoid
from spectra import SPECTRA, Counting, each_spectrum, jackson, of_spectrum, smoothed

from minnet.curvature import density, probes

each_density = pytest.mark.parametrize("method", ["lanczos", "kpm"])


@each_density
@each_spectrum
def test_densities_integrate_to_one_and_are_not_negative(method, name):
    found = density(of_spectrum(SPECTRA[name]), method=method, rng=0)
    assert abs(trapezoid(found.values, found.grid) - 1) < 2e-3
    assert found.values.min() >= -1e-12 and found.standard_error.min() >= 0
    assert found.grid.shape == found.values.shape == found.standard_error.shape == (400,)


@each_density
def test_densities_move_with_the_spectrum(method):
    """Of 3A − 5 I it is that of A at (λ + 5)/3, a third as high."""
    A = of_spectrum(SPECTRA["outliers"])
    ours, moved = density(A, method=method, rng=3), density(3 * A - 5 * np.eye(96), method=method, rng=3)
    assert_close(moved.grid, 3 * ours.grid - 5, 1e-10)
    assert_close(3 * moved.values, ours.values, 1e-7)
    assert_close(3 * moved.standard_error, ours.standard_error, 1e-7)
    assert_close(moved.width, 3 * ours.width, 1e-10)


@each_density
@pytest.mark.parametrize("A", [
    np.zeros((5, 5)), 3 * np.eye(5), -1e-9 * np.eye(7), of_spectrum(np.full(20, 3.0)), np.eye(1),
    np.array([[0.0, 1.0], [1.0, 0.0]]), np.full((4, 4), 0.25)], ids=lambda A: f"{A[0, 0]:g}-{len(A)}")
def test_densities_of_few_eigenvalues(method, A):
    """Each probe of signs may lie in an invariant subspace, and all eigenvalues may be one."""
    found = density(A, method=method, grid=2000, rng=0)
    assert np.isfinite(found.values).all() and abs(trapezoid(found.values, found.grid) - 1) < 5e-3
    lam = np.linalg.eigvalsh(A)
    assert found.grid[0] < lam[0] and lam[-1] < found.grid[-1]
    inside = np.interp(lam, found.grid, found.values)
    assert (inside > 0.05 * found.values.max()).all() or found.standard_error.max() > 0


@each_spectrum
def test_quadrature_errs_as_its_docstring_says(name):
    """Probe by probe against zᵀ g(x − A) z, in units of g(0)."""
    lam, steps, Q = SPECTRA[name], 20, np.linalg.eigh(of_spectrum(SPECTRA[name]))
    worst = []
    for share in (1, 0.5, 0.25):
        width = share * np.pi / steps * (lam.max() - lam.min()) / 2
        found = density(of_spectrum(lam), 2, steps, width=width, rng=5)
        z = next(probes.signs(96, 2, np.random.default_rng(5)))
        g = np.exp(-((found.grid[:, None] - Q[0]) ** 2) / (2 * width**2))
        truth = (g @ (Q[1].T @ z) ** 2).mean(1) / 96
        worst.append(abs(found.values * width * np.sqrt(2 * np.pi) - truth).max())
    assert worst[0] < 1e-7 and worst[1] < 5e-3 and worst[2] < 5e-2
    if name == "uniform":
        assert worst[1] > 1e-4 and worst[2] > 1e-2
    default = density(of_spectrum(lam), 2, steps, rng=5).width
    assert_close(default, np.pi / steps * (lam.max() - lam.min()) / 2, 0.05)


def test_kernel_polynomials_stay_in_their_interval():
    """An eigenvalue outside would blow the moments up: outliers, gaps, few steps."""
    for seed in range(15):
        rng = np.random.default_rng(seed)
        lam = np.r_[
            rng.standard_normal(60), 10.0 ** rng.uniform(0, 3, rng.integers(0, 4)), -(10.0 ** rng.uniform(0, 3, 1))
        ]
        for steps in (5, 10, 40):
            found = density(of_spectrum(lam, rng), 4, steps, "kpm", rng=seed)
            assert found.grid[0] < lam.min() and lam.max() < found.grid[-1]
            assert abs(trapezoid(found.values, found.grid) - 1) < 0.02


@each_spectrum
@each_density
def test_error_bars_of_the_density_cover_it(name, method):
    """On average over the grid, where there is any density to speak of, against the smoothed truth."""
    A, lam, covered, squares = of_spectrum(SPECTRA[name]), SPECTRA[name], [], []
    for seed in range(80):
        found = density(A, 24, 20, method, grid=60, rng=seed)
        truth = smoothed(found, lam) if method == "lanczos" else jackson(found, lam, 40)
        seen = truth > 1e-3 * truth.max()
        gap = abs(found.values - truth)[seen]
        covered.append(np.mean(gap <= 2 * found.standard_error[seen]))
        squares.append((np.mean(gap**2), np.mean(found.standard_error[seen] ** 2)))
    assert 0.90 <= np.mean(covered) <= 0.99
    gap, error = np.mean(squares, axis=0)
    assert 0.8 < np.sqrt(gap / error) < 1.2


@pytest.mark.parametrize("steps", [1, 2, 3])
@each_density
def test_few_steps_are_counted_too(method, steps):
    A = Counting(of_spectrum(np.linspace(1, 2, 9)))
    found = density(A, 3, steps, method, rng=0)
    assert found.products == A.products == 3 * steps + (steps if method == "kpm" else 0)
    assert np.isfinite(found.values).all()
