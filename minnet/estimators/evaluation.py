"""How good predictions are, as a statistician says it: a score, its interval, and whether the rows can tell it from the
trivial answer's.

Glossary: N rows, y (N,) what is true, z (N,) what is predicted, e = y − z, ȳ the mean of y, c the number of rows
classified correctly, p̂ = c/N, A the mean of e², B the mean of (y − ȳ)², α one minus the level of an interval.

Every interval is of what new rows of the same kind would show, on rows that the model has not been trained on.

References
----------
- Wilson (1927), "Probable inference, the law of succession, and statistical inference".
- Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion".
- McNemar (1947), "Note on the sampling error of the difference between correlated proportions or percentages".
- Brodersen, Ong, Stephan and Buhmann (2010), "The balanced accuracy and its posterior distribution".
- Cramér (1946), "Mathematical methods of statistics", chapter 28: the variance of functions of means, called the delta
  method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtri, stdtr, stdtrit

__all__ = [
    "ClassificationScore",
    "Interval",
    "RegressionScore",
    "balanced_accuracy",
    "confusion_matrix",
    "evaluate_classification",
    "evaluate_regression",
    "mcnemar_p_value",
    "paired_p_value",
    "r_squared",
    "r_squared_interval",
    "rmse_interval",
    "wilson_interval",
]

LEVEL = 0.95
FEWEST = 3  # rows from which a variance is worth an interval


class Interval(NamedTuple):
    """The two ends of a confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class ClassificationScore:
    """What N rows say about a classifier.

    Attributes
    ----------
    N : int
    accuracy : float
        p̂, with its Wilson interval in `interval`.
    balanced_accuracy : float
        The mean over the classes of the share classified correctly.
    confusion : list of lists of int
        Rows are what is true, columns what is predicted.
    trivial_class : int
        The number of the class that the trivial answer always gives.
    trivial_accuracy : float
    p_value : float
        How probable it is that a model no better than the trivial answer does so much better on these rows, see
        `mcnemar_p_value`.
    """

    N: int
    accuracy: float
    interval: Interval
    balanced_accuracy: float
    confusion: list[list[int]]
    trivial_class: int
    trivial_accuracy: float
    p_value: float


@dataclass(frozen=True)
class RegressionScore:
    """What N rows say about a regression; `rmse`, `mae` and `trivial_rmse` are in the target's unit.

    Attributes
    ----------
    N : int
    R2 : float
        1 − A/B, with its interval in `interval`.
    rmse : float
        √A, with its interval in `rmse_interval`.
    mae : float
        The mean of |e|.
    trivial_value : float
        The number that the trivial answer always gives, the mean of the training targets.
    trivial_rmse : float
    p_value : float
        As for `ClassificationScore`, see `paired_p_value`.
    """

    N: int
    R2: float
    interval: Interval | None
    rmse: float
    rmse_interval: Interval | None
    mae: float
    trivial_value: float
    trivial_rmse: float
    p_value: float


def evaluate_classification(y: ArrayLike, z: ArrayLike, K: int, trivial: int) -> ClassificationScore:
    """Compare class numbers (N,) below K with the predicted ones, and with one class for all.

    Examples
    --------
    >>> score = evaluate_classification([0, 0, 0, 1], [0, 0, 1, 1], K=2, trivial=0)
    >>> score.accuracy, score.trivial_accuracy, score.confusion
    (0.75, 0.75, [[2, 1], [0, 1]])
    """
    y, z = np.asarray(y), np.asarray(z)
    confusion, right, trivially = confusion_matrix(y, z, K), y == z, y == trivial
    return ClassificationScore(
        len(y),
        float(right.mean()),
        wilson_interval(int(right.sum()), len(y)),
        balanced_accuracy(confusion),
        confusion.tolist(),
        int(trivial),
        float(trivially.mean()),
        mcnemar_p_value(int((right & ~trivially).sum()), int((trivially & ~right).sum())),
    )


def evaluate_regression(y: ArrayLike, z: ArrayLike, trivial: float) -> RegressionScore:
    """Compare numbers (N,) with the predicted ones, and with one number for all.

    Examples
    --------
    >>> score = evaluate_regression([1.0, 2.0, 3.0], [1.0, 2.0, 4.0], trivial=2.0)
    >>> score.R2, round(score.rmse, 4), round(score.mae, 4), round(score.trivial_rmse, 4)
    (0.5, 0.5774, 0.3333, 0.8165)
    """
    y, z = np.asarray(y, float), np.asarray(z, float)
    scale = max(np.abs(y).max(), np.abs(z).max(), abs(trivial), np.finfo(float).tiny)  # so that no square overflows
    e, by_trivial = y / scale - z / scale, y / scale - trivial / scale
    rmse = rmse_interval(e)
    return RegressionScore(
        len(y),
        r_squared(y / scale, z / scale),
        r_squared_interval(y / scale, z / scale),
        float(scale * np.sqrt(np.mean(e**2))),
        None if rmse is None else Interval(scale * rmse.low, scale * rmse.high),
        float(scale * np.mean(np.abs(e))),
        float(trivial),
        float(scale * np.sqrt(np.mean(by_trivial**2))),
        paired_p_value(by_trivial**2 - e**2),
    )


# --- classes ---------------------------------------------------------------------------------------------------------


def wilson_interval(correct: int, N: int, level: float = LEVEL) -> Interval:
    """The Wilson interval for a share of which c of N rows show p̂:

        (p̂ + q²/2N ± q √(p̂(1 − p̂)/N + q²/4N²)) / (1 + q²/N),   q = Φ⁻¹(1 − α/2)

    These are the shares p with |p̂ − p| ≤ q √(p(1 − p)/N). Unlike p̂ ± q √(p̂(1 − p̂)/N) it covers what it promises for few
    rows, and near 0 and 1, too (Brown, Cai and DasGupta 2001).

    Examples
    --------
    >>> low, high = wilson_interval(10, 10)
    >>> round(low, 4), round(high, 4)
    (0.7225, 1.0)
    """
    if not 0 <= correct <= N or N < 1:
        raise ValueError(f"{correct} of {N} rows; expected at least one row, and no more correct ones")
    q, share = ndtri((1 + level) / 2), correct / N
    centre = share + q**2 / (2 * N)
    half = q * np.sqrt(share * (1 - share) / N + q**2 / (4 * N**2))
    low, high = (centre - half) / (1 + q**2 / N), (centre + half) / (1 + q**2 / N)
    return Interval(float(low) if correct > 0 else 0.0, float(high) if correct < N else 1.0)


def confusion_matrix(y: ArrayLike, z: ArrayLike, K: int) -> NDArray[np.int64]:
    """How many rows of class i are predicted to be of class j: (K, K)."""
    return np.bincount(K * np.asarray(y) + np.asarray(z), minlength=K * K).reshape(K, K)


def balanced_accuracy(confusion: ArrayLike) -> float:
    """The mean over the classes that there are of the share classified correctly; 1/K for one answer to all."""
    confusion = np.asarray(confusion)
    sizes = confusion.sum(1)
    return float(np.mean(np.diag(confusion)[sizes > 0] / sizes[sizes > 0]))


def mcnemar_p_value(wins: int, losses: int) -> float:
    """McNemar's test in its exact form, one-sided: P(S ≥ wins) for S ~ Binomial(wins + losses, ½).

    Of the rows on which one of two answers is right and the other wrong, `wins` are those where it is the first that is
    right. If the second were as good, each such row would be the toss of a coin.

    Examples
    --------
    >>> mcnemar_p_value(3, 0), mcnemar_p_value(0, 0)
    (0.125, 1.0)
    """
    return float(betainc(wins, losses + 1, 0.5)) if wins else 1.0


# --- numbers ---------------------------------------------------------------------------------------------------------


def r_squared(y: ArrayLike, z: ArrayLike) -> float:
    """R² = 1 − A/B; where y is constant, 1 for predictions without an error and 0 for others."""
    y, z = np.asarray(y, float), np.asarray(z, float)
    A, B = np.mean((y - z) ** 2), np.mean((y - y.mean()) ** 2)
    return float(1 - A / B) if B > 0 else float(A == 0)


def r_squared_interval(y: ArrayLike, z: ArrayLike, level: float = LEVEL) -> Interval | None:
    """An interval for R², by the delta method on the logarithm of 1 − R² = A/B:

        1 − (A/B) exp(± t s/√N),   s the standard deviation of e²/A − (y − ȳ)²/B

    with Student's t of N − 1 degrees of freedom. The logarithm keeps R² ≤ 1, and is nearer to normal than R² itself.
    None for fewer than three rows, and where y is constant.
    """
    y, z = np.asarray(y, float), np.asarray(z, float)
    squares, spread = (y - z) ** 2, (y - y.mean()) ** 2
    A, B = squares.mean(), spread.mean()
    if len(y) < FEWEST or B == 0:
        return None
    if A == 0:
        return Interval(1.0, 1.0)
    factor = np.exp(_half_width(squares / A - spread / B, level))
    return Interval(float(1 - A / B * factor), float(1 - A / B / factor))


def rmse_interval(errors: ArrayLike, level: float = LEVEL) -> Interval | None:
    """An interval for √A, by the delta method on its logarithm:

        √A exp(± t s/(2 √N)),   s the standard deviation of e²/A

    with Student's t of N − 1 degrees of freedom. None for fewer than three rows.
    """
    squares = np.asarray(errors, float) ** 2
    A = squares.mean()
    if len(squares) < FEWEST:
        return None
    if A == 0:
        return Interval(0.0, 0.0)
    factor = np.exp(_half_width(squares / A, level) / 2)
    return Interval(float(np.sqrt(A) / factor), float(np.sqrt(A) * factor))


def paired_p_value(differences: ArrayLike) -> float:
    """The paired t test, one-sided: P(T ≥ √N d̄/s) for Student's T of N − 1 degrees of freedom.

    d̄ and s are mean and standard deviation of the differences, by row, of what two answers lose.

    Examples
    --------
    >>> paired_p_value([1.0, -1.0])
    0.5
    """
    d = np.asarray(differences, float)
    if len(d) < 2 or np.ptp(d) == 0:
        return 0.0 if len(d) >= FEWEST and d[0] > 0 else 1.0
    return float(1 - stdtr(len(d) - 1, np.sqrt(len(d)) * d.mean() / d.std(ddof=1)))


def _half_width(values, level):
    """Half of Student's interval for the mean of N values, N ≥ 2."""
    N = len(values)
    return stdtrit(N - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(N)
