"""The picture of a training: how it went above, how the network does on new rows below."""

from __future__ import annotations

import numpy as np

from .. import plotting
from ..datasets import Dataset
from ..estimators import MLPClassifier, MLPRegressor
from ..plotting import Drawing
from .common import labels
from .scores import Score

__all__ = ["draw_training"]


def draw_training(
    model: MLPClassifier | MLPRegressor,
    train: Dataset,
    test: Dataset,
    scores: dict[str, Score],
    title: str,
) -> Drawing:
    """Draw loss, gradient norm and spectrum, the curves by which l2 and the iteration were chosen, scores beside the
    trivial answer, and what is predicted on the test rows, or on the training rows where there are none."""
    c, panels = model.certificate_, {}
    if model.validation_curve_ is not None:
        panels["early stopping"] = lambda ax: plotting.stopping_curve(model.validation_curve_, model.loss_curve_, ax)
    if model.l2_choice_ and np.isfinite(model.l2_choice_.score).any():
        how = "cross-validation" if model.l2_choice_.how == "auto" else "evidence"
        panels[f"choice of l2, by {how}"] = lambda ax: plotting.l2_curve(model.l2_choice_, ax)
    panels["scores"] = lambda ax: _draw_scores(scores, train, ax)
    part, which = (test, "test rows") if len(test) else (train, "training rows")
    panels[which] = lambda ax: _draw_predictions(model, part, ax)
    spectrum = None if model.early_stopping else c if c else ()
    return plotting.training(model.result_, spectrum, panels, title)


def _draw_scores(scores, train, ax):
    """Accuracies, or errors in the target's unit, with the interval of the one on rows that training has not seen."""
    rows = {"train": "training rows", "test": "test rows"}
    score = scores.get("test", scores["train"])
    if train.class_names is None:
        values = {rows[part]: s.rmse for part, s in scores.items()} | {"always the mean": score.trivial_rmse}
        target = plotting.literal(train.columns.target_name) if train.columns else "the target"
        interval, label = score.rmse_interval, f"root mean squared error, in the units of {target}"
    else:
        always = f"always {train.class_names[score.trivial_class]!r}"
        values = {rows[part]: s.accuracy for part, s in scores.items()} | {always: score.trivial_accuracy}
        interval, label = score.interval, "accuracy"
    known = {rows["test"]: interval} if "test" in scores and interval else {}
    plotting.scores(values, known, label, ax)
    if known:
        ax.set_title("scores, the test's with its 95 % interval")


def _draw_predictions(model, part, ax):
    guess = model.predict(part.X)
    if part.class_names is None:
        plotting.predicted(labels(part), guess, ax)
    else:
        number = {name: i for i, name in enumerate(part.class_names)}
        plotting.confusion(part.y, [number[g] for g in guess], part.class_names, ax)
