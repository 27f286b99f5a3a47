"""Traces and diagonals are right on average, with error bars that cover the truth; and what all estimates share."""
import tracemalloc

import numpy as np
import pytest
from laws import assert_close, refuses
from numpy.testing import assert_array_equal
from scipy.linalg import hadamard
from scipy.sparse import dia_array
from scipy.sparse.linalg import aslinearoperator
from spectra import SPECTRA, Counting, coverage, each_spectrum, jackson, of_spectrum, smoothed

from minnet import MLP, Objective
from minnet.curvature import GGNOperator, HessianOperator, density, diagonal, lanczos, spectral_density, spectrum, trace
from minnet.curvature import probes as curvature_probes

RULES = {"lanczos": lambda A, rng: lanczos(A, 7, rng), "hutchinson": lambda A, rng: trace(A, 20, "hutchinson", rng),
         "hutch++": lambda A, rng: trace(A, 20, rng=rng), "exact": lambda A, rng: trace(A, method="exact"),
         "diagonal": lambda A, rng: diagonal(A, 20, rng), "density": lambda A, rng: density(A, 11, 7, rng=rng),
         "kpm": lambda A, rng: density(A, 11, 7, "kpm", rng=rng)}
each_rule = pytest.mark.parametrize("rule", RULES)


# --- laws of the estimates -------------------------------------------------------------------------------------------

@pytest.fixture
def orthogonal_probes(monkeypatch):
    """The probes are the columns of a Hadamard matrix; their mean of z zᵀ is the identity, so that each mean is the
    truth."""
    columns = lambda n, count: hadamard(n)[:, :count].astype(float)
    for module in (spectrum, spectral_density):
        monkeypatch.setattr(module, "signs", lambda n, count, rng: iter(np.split(columns(n, count), [5, 9], axis=1)))


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


def test_standard_errors_are_those_of_the_mean_of_the_samples(monkeypatch):
    """Over blocks of probes as over all at once."""
    A = of_spectrum(SPECTRA["decay"])
    Z = np.concatenate(list(curvature_probes.signs(96, 21, np.random.default_rng(7))), axis=1)
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


# --- budgets, memory, rng, refusals ----------------------------------------------------------------------------------

@each_rule
@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_products_are_counted(rule, n):
    A = Counting(of_spectrum(np.linspace(1, 2, n)))
    found = RULES[rule](A, 0)
    assert found.products == A.products
    budget = {"lanczos": 7, "hutchinson": 20, "hutch++": 20, "exact": n, "diagonal": 20, "density": 77, "kpm": 84}[rule]
    assert found.products <= budget
    assert A.widest <= curvature_probes.BLOCK


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
    assert peak <= kept + 8 * curvature_probes.BLOCK


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
