"""Statistics of predictions against closed forms, and intervals against what they promise."""

from math import comb

import numpy as np
import pytest
from laws import refuses
from scipy.special import ndtri
from scipy.stats import binomtest, ttest_rel

from minnet.estimators.evaluation import (
    balanced_accuracy,
    confusion_matrix,
    evaluate_classification,
    evaluate_regression,
    mcnemar_p_value,
    paired_p_value,
    r_squared,
    r_squared_interval,
    rmse_interval,
    wilson_interval,
)


@pytest.mark.parametrize("correct, N", [(0, 1), (1, 1), (3, 10), (10, 10), (950, 1000)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_ends_of_wilsons_interval_are_the_shares_that_the_score_test_just_allows(correct, N, level):
    low, high = wilson_interval(correct, N, level)
    share, q = correct / N, ndtri((1 + level) / 2)
    for end in {low, high} - {0.0, 1.0}:
        assert abs((share - end) ** 2 - q**2 * end * (1 - end) / N) < 1e-12
    assert low <= share <= high and (low == 0) == (correct == 0) and (high == 1) == (correct == N)
    scipy = binomtest(correct, N).proportion_ci(level, method="wilson")
    np.testing.assert_allclose([low, high], scipy, atol=1e-12)


def test_wilsons_interval_covers_what_it_promises():
    """The probability that it holds the true share, summed over all that 40 rows can show."""
    N = 40
    ends = [wilson_interval(correct, N) for correct in range(N + 1)]
    coverage = [
        sum(comb(N, c) * p**c * (1 - p) ** (N - c) for c, (low, high) in enumerate(ends) if low <= p <= high)
        for p in np.linspace(0.02, 0.98, 97)
    ]
    assert abs(np.mean(coverage) - 0.95) < 0.01 and min(coverage) > 0.88


def test_an_interval_of_no_rows_or_of_more_than_all_is_refused():
    for correct, N in ((0, 0), (3, 2), (-1, 2)):
        with refuses(f"{correct} of {N} rows"):
            wilson_interval(correct, N)


def test_confusion_and_balanced_accuracy():
    y, z = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 0])
    confusion = confusion_matrix(y, z, 3)
    assert confusion.tolist() == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert balanced_accuracy(confusion) == (3 / 4 + 1 / 2) / 2
    assert balanced_accuracy(confusion_matrix(y, 0 * y, 2)) == 1 / 2


@pytest.mark.parametrize("wins, losses", [(0, 0), (0, 4), (5, 0), (7, 3), (60, 40)])
def test_mcnemar_is_a_sum_of_binomials(wins, losses):
    n = wins + losses
    assert mcnemar_p_value(wins, losses) == pytest.approx(sum(comb(n, k) for k in range(wins, n + 1)) / 2**n, rel=1e-12)


def test_the_paired_test_is_students():
    a, b = np.random.default_rng(0).normal(size=(2, 12))
    assert paired_p_value(a - b) == pytest.approx(ttest_rel(a, b, alternative="greater").pvalue, rel=1e-12)
    assert paired_p_value([1.0, 1.0, 1.0]) == 0 and paired_p_value([-1.0, -1.0, -1.0]) == 1 == paired_p_value([3.0])


@pytest.mark.parametrize("noise", ["normal", "laplace"])
def test_intervals_of_a_regression_cover_nearly_what_they_promise(noise):
    """y = x + e with variance 1 each: R² = ½ and RMSE = 1 for the predictions x; 1000 samples of 80 rows."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 80))
    e = getattr(rng, noise)(size=x.shape) / (1 if noise == "normal" else np.sqrt(2))
    inside = np.array(
        [
            [
                low <= truth <= high
                for truth, (low, high) in ((0.5, r_squared_interval(row + error, row)), (1.0, rmse_interval(error)))
            ]
            for row, error in zip(x, e)
        ]
    )
    assert (inside.mean(0) > 0.89).all() and (inside.mean(0) < 0.98).all()


def test_the_interval_of_the_rmse_is_the_chi_squared_ones_for_many_normal_rows():
    """The variance of log A is 2/N for normal errors: √A exp(± 1.96/√(2N))."""
    N = 200_000
    errors = ndtri((np.arange(N) + 0.5) / N)
    low, high = rmse_interval(errors)
    assert np.log(high / low) / 2 == pytest.approx(1.959964 / np.sqrt(2 * N), rel=1e-3)


def test_r_squared_and_its_interval_at_the_edges():
    y = np.array([1.0, 2.0, 4.0])
    assert r_squared(y, y) == 1 and r_squared_interval(y, y) == (1, 1) and rmse_interval(0 * y) == (0, 0)
    assert r_squared(y, np.full(3, y.mean())) == 0
    assert r_squared(0 * y, 0 * y) == 1 and r_squared(0 * y, y) == 0 and r_squared_interval(0 * y, y) is None
    assert r_squared_interval(y[:2], y[:2] + 1) is None and rmse_interval([1.0, 2.0]) is None
    low, high = r_squared_interval(y, y + [0.1, -0.2, 0.3])
    assert low < r_squared(y, y + [0.1, -0.2, 0.3]) < high <= 1


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e250])
def test_a_score_of_numbers_has_their_unit(unit):
    y, z = np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.5, 2.0, 2.5, 5.5])
    score, one = evaluate_regression(unit * y, unit * z, unit * 2.0), evaluate_regression(y, z, 2.0)
    for name in ("rmse", "mae", "trivial_rmse", "trivial_value"):
        assert getattr(score, name) == pytest.approx(unit * getattr(one, name), rel=1e-12)
    assert score.R2 == pytest.approx(one.R2) and score.p_value == pytest.approx(one.p_value)
    assert one.rmse == pytest.approx(np.sqrt(0.75 / 4)) and one.mae == pytest.approx(1.5 / 4)
    assert one.trivial_rmse == pytest.approx(np.sqrt(11 / 4))


def test_a_score_of_classes_counts_what_only_one_answer_gets_right():
    y = np.array([0] * 6 + [1] * 4)
    z = np.array([0] * 5 + [1] * 5)
    score = evaluate_classification(y, z, 2, trivial=0)
    assert (score.accuracy, score.trivial_accuracy, score.balanced_accuracy) == (0.9, 0.6, (5 / 6 + 1) / 2)
    assert score.p_value == mcnemar_p_value(4, 1) and score.interval == wilson_interval(9, 10)
