"""Choosing the weight decay l2: by cross-validation, or by the evidence.

Glossary: θ (n,) parameters, N examples, ℓ_i the loss of one example, F(θ) = (1/N) Σ ℓ_i + ½ l2 ‖θ‖² the objective,
θ̂ its minimum, H its Hessian there, K outputs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..network.losses import (
    BinaryCrossEntropy,
    Poisson,
    SoftmaxCrossEntropy,
    SquaredError,
)
from ..network.objective import Objective
from ..optim import LBFGS, minimize
from ..optim.driver.stopping import Status
from ..parallel import mapped
from .folds import assign_folds
from .training_set import TrainingSet

__all__ = ["GRID", "Choice", "by_cross_validation", "by_evidence"]

GRID = tuple(float(l2) for l2 in 10.0 ** np.linspace(-4, 0, 7))
Array = NDArray[Any]
FEW = 10  # examples below which nothing is left out
CLEARLY = 0.5  # standard errors above the best from which a candidate is worse
LARGE = 2000  # examples from which three folds are as good as five
# a candidate needs no more accuracy than its loss on other data can show
SEARCH: dict[str, Any] = {"max_iter": 300, "gtol": 1e-4}


@dataclass(frozen=True)
class Choice:
    """The l2 that was chosen, and the curve behind it.

    Attributes
    ----------
    l2 : float
        The chosen weight decay.
    how : str
        "auto" for cross-validation, "evidence" for the Laplace approximation.
    grid : tuple of float
        The candidates.
    score : tuple of float
        For each candidate the mean loss on left-out examples, or minus the log evidence of an example: lower is
        better, nan where it could not be found.
    standard_error : tuple of float
        Of each score; zeros for the evidence.
    """

    l2: float
    how: str
    grid: tuple[float, ...]
    score: tuple[float, ...]
    standard_error: tuple[float, ...]

    def __str__(self) -> str:
        name = "loss on left-out examples" if self.how == "auto" else "minus log evidence of an example"
        rows = [
            f"  l2 {l2:8.1e}  {score:.4f}"
            + (f" ± {error:.4f}" if error else "")
            + ("  chosen" if l2 == self.l2 else "")
            for l2, score, error in zip(self.grid, self.score, self.standard_error)
        ]
        return "\n".join([f"l2 by {'cross-validation' if self.how == 'auto' else 'evidence'}: {name}", *rows])


def by_cross_validation(
    examples: TrainingSet,
    theta0: NDArray[Any],
    rng: np.random.Generator,
    classes: NDArray[Any] | None = None,
    progress: bool = False,
) -> Choice:
    """The largest l2 of the grid whose loss on left-out examples is not clearly above the lowest.

    Each of five folds (three from 2000 examples on) is left out in turn. A candidate is trained on the rest by L-BFGS,
    from the minimum of the next smaller l2, so that the whole grid costs little more than its first training.

    Not clearly: by at most half a standard error of the difference, which is found example by example. The simpler
    model is preferred where the data cannot tell, as by the rule of one standard error (Hastie, Tibshirani, Friedman
    2009, section 7.10). A whole one is too much for a network on few examples: where a few of them are badly
    predicted, the error is so large that a weight decay passes for which the network is constant. On real tables
    (tests/benchmarks/tables.py) half of it predicts better.

    Parameters
    ----------
    examples : TrainingSet
        Fewer than ten cannot tell, and the middle of the grid is taken. An executor, if there is one, trains the
        folds.
    theta0 : array (n,)
        The start of every training.
    rng : Generator
        Draws the folds.
    classes : array (N,), optional
        Class numbers, to keep the folds even.
    progress : bool
        Whether each training shows a line of progress, as in `minimize`; those of an executor show none.
    """
    N = len(examples)
    if N < FEW:
        middle = GRID[len(GRID) // 2]
        return Choice(middle, "auto", GRID, (np.nan,) * len(GRID), (0.0,) * len(GRID))
    folds = 3 if N >= LARGE else 5
    losses, weights = np.empty((len(GRID), N)), np.empty(N)
    fold_of = assign_folds(N, folds, rng, classes)
    left_out = [fold_of == fold for fold in range(folds)]
    own = replace(examples, executor=None)  # of each worker
    show = [progress and examples.executor is None] * folds
    scores = mapped(examples.executor, _left_out_losses, [own] * folds, [theta0] * folds, left_out, show)
    for rows, (at_rows, weights_of_rows) in zip(left_out, scores):
        losses[:, rows], weights[rows] = at_rows, weights_of_rows
    score = np.average(losses, axis=1, weights=weights)
    error = np.sqrt(np.average((losses - score[:, None]) ** 2, axis=1, weights=weights) / N)
    best = np.nanargmin(score)
    worse = losses - losses[best]
    doubt = np.sqrt(np.average((worse - (score - score[best])[:, None]) ** 2, axis=1, weights=weights) / N)
    within = np.flatnonzero(score - score[best] <= CLEARLY * doubt)
    return Choice(GRID[within.max()], "auto", GRID, tuple(map(float, score)), tuple(map(float, error)))


def by_evidence(examples: TrainingSet, theta0: NDArray[Any], progress: bool = False) -> Choice:
    """The l2 of the grid with the greatest evidence, by Laplace's approximation with the exact Hessian.

    With the prior θ ~ N(0, 1/(N l2)), the log evidence of the data is, for a likelihood without a parameter of its
    own,

        log p(y | l2) ≈ −N F(θ̂) + ½ n log l2 − ½ log det H

    (MacKay 1992). For the squared error the noise's variance is a parameter too, and its best value, 2 F(θ̂)/K, turns
    the first term into −½ N K log F(θ̂). No example is left out, and a whole curve costs one Hessian a candidate.

    What is left out, or only nearly true: constants that the losses omit; the h!·2ʰ copies of a minimum that exchange
    or reflect h hidden units, which are the same for every l2 unless a unit dies; one l2 for weights and biases alike;
    the posterior is taken for Gaussian around one minimum. Where an eigenvalue of H is not positive beyond its
    rounding, there is no such minimum and the candidate gets nan; with ReLU the second derivative does not see the
    kinks. Compare with "auto".

    Raises
    ------
    ValueError
        For a loss that is no likelihood (Huber's, or smoothed labels), and where no candidate has a strict minimum.
    """
    loss, N = examples.loss, len(examples)
    if not isinstance(loss, (SquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy, Poisson)) or getattr(
        loss, "label_smoothing", 0
    ):
        raise ValueError(
            f"l2='evidence' with the loss {loss!r}, which is no likelihood; expected l2='auto' or a number"
        )
    theta, evidence = theta0, []
    for l2 in GRID:
        f = examples(l2, slice(None))
        theta = _minimum(f, theta, progress=progress, max_iter=2000, gtol=1e-7)
        evidence.append(_log_evidence(f, theta, l2) / N)
    if not np.isfinite(evidence).any():
        raise ValueError("l2='evidence': no candidate ended at a strict minimum; expected l2='auto' or a number")
    best = np.nanargmax(evidence)
    return Choice(GRID[best], "evidence", GRID, tuple(-float(e) for e in evidence), (0.0,) * len(GRID))


def _left_out_losses(
    examples: TrainingSet, theta: NDArray[Any], left_out: NDArray[Any], progress: bool
) -> tuple[Array, Array]:
    """The losses (grid, N') of the N' examples left out, for each l2 of the grid, and their weights (N',)."""
    test, losses = examples(0.0, left_out), []
    for l2 in GRID:
        theta = _minimum(examples(l2, ~left_out), theta, progress=progress, **SEARCH)
        losses.append(test.loss.value(test.net.outputs(theta, test.X), test.y))
    return np.array(losses), _weights(test)


def _log_evidence(f: Objective, theta: NDArray[Any], l2: float) -> float:
    """The formula of `by_evidence`, or nan where θ is no strict minimum."""
    eigenvalues, N = np.linalg.eigvalsh(f.hessian(theta)), len(f)
    if eigenvalues[0] <= len(eigenvalues) * np.finfo(float).eps * eigenvalues[-1]:
        return np.nan
    fit = -N * f.value(theta)
    if isinstance(f.loss, SquaredError):
        NK = N * f.net.widths[-1]
        fit = -NK / 2 * (1 + np.log(2 * np.pi * 2 * max(f.value(theta), np.finfo(float).tiny) * N / NK))
    return float(fit + (f.n * np.log(l2) - np.log(eigenvalues).sum()) / 2)


def _minimum(f: Objective, theta: NDArray[Any], **options: Any) -> NDArray[Any]:
    """Where L-BFGS ends; Ctrl-C, which ends a run of `minimize` with what it has, ends the search."""
    result = minimize(f, theta, LBFGS(), **options)
    if result.status == Status.INTERRUPTED:
        raise KeyboardInterrupt
    return result.x


def _weights(f: Objective) -> NDArray[Any]:
    return np.ones(len(f)) if f.sample_weight is None else f.sample_weight
