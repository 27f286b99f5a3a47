"""Lanczos's bounds hold, and the estimators' error bars cover the truth as often as they say."""
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close, refuses
from numpy.testing import assert_array_equal
from scipy.integrate import trapezoid
from scipy.linalg import hadamard
from scipy.sparse import dia_array
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from minnet import MLP, Objective
from minnet.curvature import GGNOperator, HessianOperator, density, diagonal, lanczos, spectrum, trace
from minnet.testing import generators

RULES = {"lanczos": lambda A, rng: lanczos(A, 7, rng), "hutchinson": lambda A, rng: trace(A, 20, "hutchinson", rng),
         "hutch++": lambda A, rng: trace(A, 20, rng=rng), "exact": lambda A, rng: trace(A, method="exact"),
         "diagonal": lambda A, rng: diagonal(A, 20, rng), "density": lambda A, rng: density(A, 11, 7, rng=rng),
         "kpm": lambda A, rng: density(A, 11, 7, "kpm", rng=rng)}
each_rule = pytest.mark.parametrize("rule", RULES)
each_density = pytest.mark.parametrize("method", ["lanczos", "kpm"])


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


@st.composite
def symmetric_matrices(draw, max_size=40):
    """Of eigenvalues spread out, in clusters, multiple, zero or of very different sizes; dense or diagonal."""
    rng, n = draw(generators()), draw(st.integers(1, max_size))
    lam = {"spread": lambda: rng.standard_normal(n), "multiple": lambda: rng.choice([-2.0, 0.0, 1.0, 1.5], n),
           "clustered": lambda: rng.choice([-1.0, 1.0, 3.0], n) + 1e-9 * rng.standard_normal(n),
           "graded": lambda: rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-12, 3, n), "zero": lambda: np.zeros(n)}
    lam = lam[draw(st.sampled_from(list(lam)))]() * draw(st.sampled_from([1.0, 1e-100, 1e100]))
    return np.diag(lam) if draw(st.booleans()) else of_spectrum(lam, rng)


# --- Lanczos ---------------------------------------------------------------------------------------------------------

@settings(max_examples=200)
@given(symmetric_matrices(), st.integers(1, 45), st.integers(0, 99))
def test_every_ritz_value_is_within_its_bound_of_an_eigenvalue(A, steps, seed):
    """Exactly as stated, without a tolerance of the test's own: rounding is in the bounds."""
    found, lam = lanczos(A, steps, seed), np.linalg.eigvalsh(A)
    distance = abs(found.values[:, None] - lam).min(1)
    assert (distance <= found.bounds).all()
    residuals = np.linalg.norm(A @ found.vectors - found.vectors * found.values, axis=0)
    assert (residuals <= found.bounds).all()
    assert (found.bounds <= 3 * abs(lam).max()).all()
    assert found.products == len(found.values) <= min(steps, len(A))


@settings(max_examples=100)
@given(symmetric_matrices(), st.integers(1, 45))
def test_ritz_vectors_are_orthonormal_and_values_ascend_within_the_spectrum(A, steps):
    found, lam = lanczos(A, steps, 0), np.linalg.eigvalsh(A)
    assert_close(found.vectors.T @ found.vectors, np.eye(len(found.values)), 1e-12)
    assert (np.diff(found.values) >= 0).all()
    slack = 1e-13 * abs(lam).max()
    assert lam[0] - slack <= found.values[0] and found.values[-1] <= lam[-1] + slack


@given(generators(), st.integers(1, 40))
def test_n_steps_find_the_whole_spectrum(rng, n):
    A = of_spectrum(rng.permutation(np.linspace(-1, 2, n)) + 0.01 * rng.standard_normal(n), rng)
    found = lanczos(A, n + 5, rng)
    assert found.products == n
    assert_close(found.values, np.linalg.eigvalsh(A), 1e-12)
    assert found.bounds.max() <= 1e-12


def test_both_ends_are_found_first():
    lam = np.r_[-3.0, np.linspace(-1, 1, 398), 5.0]
    found = lanczos(of_spectrum(lam), 25, rng=0)
    assert_close(found.values[[0, -1]], [-3, 5], 1e-10)
    assert found.bounds[0] < 1e-6 and found.bounds[-1] < 1e-6 and found.bounds[12] > 1e-3


def test_an_invariant_subspace_ends_the_recurrence():
    A = Counting(of_spectrum(np.repeat([1.0, 2.0, 5.0], 20)))
    found = lanczos(A, 50, rng=0)
    assert found.products == A.products == 3
    assert_close(found.values, [1, 2, 5], 1e-13)
    assert found.bounds.max() < 1e-12
    assert_close(lanczos(np.zeros((4, 4)), rng=0).values, [0.0], 0)
    assert_close(lanczos(np.full((1, 1), -7.0), rng=0).values, [-7.0], 1e-15)


def test_bounds_hold_in_float32():
    A = of_spectrum(np.repeat([1.0, 2.0, 5.0], 20)).astype(np.float32)
    found = lanczos(aslinearoperator(A), 20, rng=0)
    assert found.products == 3
    assert (abs(found.values[:, None] - np.linalg.eigvalsh(A.astype(float))).min(1) <= found.bounds).all()
    assert found.bounds.max() < 1e-3


def test_orthogonality_is_kept_where_ritz_values_have_converged():
    """Without reorthogonalisation copies of the outlier appear here after some twenty steps."""
    found = lanczos(of_spectrum(np.r_[np.linspace(0, 1, 199), 100.0]), 120, rng=0)
    assert np.sum(found.values > 2) == 1
    assert_close(found.vectors.T @ found.vectors, np.eye(120), 1e-12)


# --- laws of the estimates -------------------------------------------------------------------------------------------

@pytest.fixture
def orthogonal_probes(monkeypatch):
    """The probes are the columns of a Hadamard matrix; their mean of z zᵀ is the identity, so that each mean is the
    truth."""
    columns = lambda n, count: hadamard(n)[:, :count].astype(float)
    monkeypatch.setattr(spectrum, "_signs", lambda n, count, rng: iter(np.split(columns(n, count), [5, 9], axis=1)))


@pytest.mark.parametrize("lam", [np.linspace(-1, 1, 32), np.logspace(2, -4, 32), np.repeat([0.0, 5.0], 16)],
                         ids=["uniform", "decay", "clusters"])
def test_the_mean_over_orthogonal_probes_is_the_truth(orthogonal_probes, lam):
    A = of_spectrum(lam)
    size = abs(lam).sum()                                             # where the trace itself cancels
    assert_close(trace(A, 32, "hutchinson").value, lam.sum(), 1e-13, size)
    assert_close(trace(A, 96).value, lam.sum(), 1e-12, size)
    assert_close(diagonal(A, 32).value, np.diag(A), 1e-13)
    found = density(A, 32, 20, rng=0)
    assert_close(found.values, smoothed(found, lam), 1e-6)
    found = density(A, 32, 20, "kpm", rng=0)
    assert_close(found.values, jackson(found, lam, 40), 1e-10)


def smoothed(found, lam):
    """(1/n) Σ g(λ − λ_i), the density that "lanczos" estimates."""
    g = np.exp(-((found.grid[:, None] - lam) ** 2) / (2 * found.width**2)) / (found.width * np.sqrt(2 * np.pi))
    return g.mean(1)


def jackson(found, lam, moments):
    """The density that "kpm" estimates, from exact moments; the grid tells the interval."""
    first = np.cos(np.pi * 0.5 / len(found.grid))
    centre, half = (found.grid[0] + found.grid[-1]) / 2, (found.grid[-1] - found.grid[0]) / 2 / first
    exact = np.cos(np.outer(np.arange(moments), np.arccos((lam - centre) / half))).mean(1)
    return spectrum._jackson_series((found.grid - centre) / half, exact[None])[0] / half


def test_standard_errors_are_those_of_the_mean_of_the_samples(monkeypatch):
    """Over blocks of probes as over all at once."""
    A = of_spectrum(SPECTRA["decay"])
    Z = np.concatenate(list(spectrum._signs(96, 21, np.random.default_rng(7))), axis=1)
    assert Z.shape == (96, 21) and set(Z.ravel()) == {-1.0, 1.0}
    samples = Z * (A @ Z)
    found = diagonal(A, 21, rng=7)
    assert_close(found.value, samples.mean(1), 1e-13)
    assert_close(found.standard_error, samples.std(1, ddof=1) / np.sqrt(21), 1e-13)
    found = trace(A, 21, "hutchinson", rng=7)
    assert_close(found.value, samples.sum(0).mean(), 1e-13)
    assert_close(found.standard_error, samples.sum(0).std(ddof=1) / np.sqrt(21), 1e-13)


def test_exact_trace():
    A = Counting(of_spectrum(np.linspace(-1, 2, 21)))
    found = trace(A, method="exact")
    assert_close(found.value, 10.5, 1e-14)
    assert found.standard_error == 0 and found.products == A.products == 21 and str(found) == "10.5 ± 0"


def test_hutch_plus_plus_is_exact_for_low_rank():
    A = of_spectrum(np.r_[np.zeros(90), 1, 2, 3, 4.0])
    found = trace(A, 15, rng=0)
    assert_close(found.value, 10, 1e-12)
    assert found.standard_error < 1e-12


def test_hutch_plus_plus_beats_hutchinson_where_the_spectrum_decays():
    A = of_spectrum(SPECTRA["decay"])
    worse, better = (np.array([trace(A, 60, method, rng=seed).value for seed in range(20)]) - np.trace(A)
                     for method in ("hutchinson", "hutch++"))
    assert np.mean(better**2) < np.mean(worse**2) / 16


def test_random_signs_know_a_diagonal_matrix():
    """zᵀ D z = tr D for every z of signs, so that both means are exact with no error."""
    d = np.arange(1.0, 9.0)
    for found, truth in ((trace(np.diag(d), 2, "hutchinson"), 36.0), (diagonal(np.diag(d), 2), d)):
        assert_array_equal(found.value, truth)
        assert_array_equal(found.standard_error, 0 * truth)


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
        z = next(spectrum._signs(96, 2, np.random.default_rng(5)))
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


# --- error bars ------------------------------------------------------------------------------------------------------

def coverage(estimates, truth):
    """The fraction within two standard errors, and the root mean square error in units of the standard error's."""
    values, errors = (np.array([getattr(e, part) for e in estimates]) for part in ("value", "standard_error"))
    gap = abs(values - truth)
    return np.mean(gap <= 2 * errors), np.sqrt(np.mean(gap**2) / np.mean(errors**2))


@each_spectrum
@pytest.mark.parametrize("method, probes", [("hutchinson", 60), ("hutch++", 48)])
def test_error_bars_of_the_trace_cover_it(name, method, probes):
    A = of_spectrum(SPECTRA[name])
    covered, ratio = coverage([trace(A, probes, method, rng=seed) for seed in range(200)], np.trace(A))
    assert 0.90 <= covered <= 0.99 and 0.8 < ratio < 1.2


@each_spectrum
@pytest.mark.parametrize("probes", [20, 60])
def test_error_bars_of_the_diagonal_cover_it(name, probes):
    A = of_spectrum(SPECTRA[name])
    covered, ratio = coverage([diagonal(A, probes, rng=seed) for seed in range(200)], np.diag(A))
    assert 0.93 <= covered <= 0.97 and 0.95 < ratio < 1.05


@pytest.mark.parametrize("lam, probes, said", [
    (SPECTRA["uniform"], 60, 0.95), (SPECTRA["uniform"], 10, 0.92), (SPECTRA["uniform"], 4, 0.86),
    (SPECTRA["uniform"], 2, 0.70), (np.r_[1.0, np.zeros(95)], 30, 0.91), (np.r_[1.0, np.zeros(95)], 10, 0.83)],
    ids=["60", "10", "4", "2", "one eigenvalue, 30", "one eigenvalue, 10"])
def test_error_bars_cover_as_often_as_the_docstring_says(lam, probes, said):
    A = of_spectrum(lam)
    covered, _ = coverage([trace(A, probes, "hutchinson", rng=seed) for seed in range(2000)], np.trace(A))
    assert abs(covered - said) < 0.025


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


# --- budgets, memory, rng, refusals ----------------------------------------------------------------------------------

@each_rule
@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_products_are_counted(rule, n):
    A = Counting(of_spectrum(np.linspace(1, 2, n)))
    found = RULES[rule](A, 0)
    assert found.products == A.products
    budget = {"lanczos": 7, "hutchinson": 20, "hutch++": 20, "exact": n, "diagonal": 20, "density": 77, "kpm": 84}[rule]
    assert found.products <= budget
    assert A.widest <= spectrum.BLOCK


@pytest.mark.parametrize("steps", [1, 2, 3])
@each_density
def test_few_steps_are_counted_too(method, steps):
    A = Counting(of_spectrum(np.linspace(1, 2, 9)))
    found = density(A, 3, steps, method, rng=0)
    assert found.products == A.products == 3 * steps + (steps if method == "kpm" else 0)
    assert np.isfinite(found.values).all()


@each_rule
def test_memory_is_some_blocks_and_what_is_kept(rule):
    """In vectors (n,): the docstrings' count, and 8 blocks of 8 to work in."""
    n = 20000
    A = aslinearoperator(dia_array((np.linspace(1, 2, n), 0), shape=(n, n)))
    kept = {"lanczos": 2 * 40, "hutch++": 2 * 40, "density": 40}.get(rule, 0)
    run = {"lanczos": lambda: lanczos(A, 40), "hutchinson": lambda: trace(A, 120, "hutchinson"),
           "hutch++": lambda: trace(A, 120), "exact": lambda: trace(aslinearoperator(np.eye(400)), method="exact"),
           "diagonal": lambda: diagonal(A, 120), "density": lambda: density(A, 20, 40),
           "kpm": lambda: density(A, 20, 40, "kpm")}[rule]
    if rule == "kpm":
        kept = 40                                               # the Lanczos run that finds its interval
    tracemalloc.start()
    try:
        run()
        peak = tracemalloc.get_traced_memory()[1] / (8 * n)
    finally:
        tracemalloc.stop()
    assert peak <= kept + 8 * spectrum.BLOCK


def parts(found):
    return [np.asarray(part) for part in vars(found).values()]


@each_rule
def test_seeds_make_it_reproducible(rule):
    A = of_spectrum(SPECTRA["outliers"])
    first, again, other = (parts(RULES[rule](A, rng)) for rng in (4, np.random.default_rng(4), 5))
    for a, b in zip(first, again, strict=True):
        assert_array_equal(a, b)
    assert rule == "exact" or any((a != b).any() for a, b in zip(first, other))


@each_rule
def test_matrices_and_operators_alike(rule):
    A = of_spectrum(SPECTRA["outliers"])
    for form in (aslinearoperator(A), np.asfortranarray(A)):
        for a, b in zip(parts(RULES[rule](A, 1)), parts(RULES[rule](form, 1)), strict=True):
            assert_close(abs(a), abs(b), 1e-8)


@each_rule
@pytest.mark.parametrize("A, said", [
    (np.zeros((3, 4)), ["(3, 4)", "square"]), (np.zeros(3), ["(3,)", "square"]), ([[1.0]], ["square"]),
    (np.zeros((0, 0)), ["(0, 0)", "square"]), (1j * np.eye(2), ["complex128", "real"])])
def test_bad_matrices_are_refused(rule, A, said):
    with refuses(*said):
        RULES[rule](A, 0)


I3 = np.eye(3)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: lanczos(I3, 0), ["steps=0", "at least 1"]),
        (lambda: lanczos(I3, 2.0), ["steps=2.0"]),
        (lambda: lanczos(I3, "all"), ["steps='all'"]),
        (lambda: trace(I3, 1, "hutchinson"), ["probes=1", "at least 2"]),
        (lambda: trace(I3, 5), ["probes=5", "at least 6"]),
        (lambda: trace(I3, 2.5, "hutchinson"), ["probes=2.5"]),
        (lambda: trace(I3, method="guess"), ["'guess'", "hutch++"]),
        (lambda: diagonal(I3, 1), ["probes=1", "at least 2"]),
        (lambda: diagonal(I3, None), ["probes=None"]),
        (lambda: density(I3, probes=1), ["probes=1", "at least 2"]),
        (lambda: density(I3, steps=0), ["steps=0"]),
        (lambda: density(I3, method="fft"), ["method='fft'", "'lanczos' or 'kpm'"]),
        (lambda: density(I3, grid=1), ["grid=1", "at least 2"]),
        (lambda: density(I3, width=0), ["width=0", "positive"]),
        (lambda: density(I3, width=-1.0), ["width=-1.0"]),
        (lambda: density(I3, width=np.nan), ["width=nan"]),
        (lambda: density(I3, method="kpm", width=0.1), ["width=0.1", "None for 'kpm'"]),
    ],
)
def test_bad_budgets_are_refused(call, said):
    with refuses(*said):
        call()


# --- on a network ----------------------------------------------------------------------------------------------------

def test_a_networks_spectrum_from_products_alone():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((200, 6)), rng.integers(3, size=200)
    f = Objective(MLP([6, 12, 8, 3]), X, y, loss="softmax_crossentropy")
    theta = f.net.init(rng=1)
    for A, H in ((HessianOperator(f, theta), f.hessian(theta)), (GGNOperator(f, theta), f.ggn(theta))):
        lam = np.linalg.eigvalsh(H)
        assert_close(lanczos(A, 60, rng=0).values[[0, -1]], lam[[0, -1]], 1e-5)
        for method in ("hutch++", "hutchinson"):
            found = trace(A, 60, method, rng=0)
            assert abs(found.value - np.trace(H)) < 4 * found.standard_error
        found = diagonal(A, 60, rng=0)
        gap = abs(found.value - np.diag(H)) / found.standard_error
        assert np.mean(gap <= 2) > 0.85 and gap.max() < 7
        found = density(A, 30, 30, rng=0)
        assert abs(found.values - smoothed(found, lam)).max() < 5 * found.standard_error.max()
