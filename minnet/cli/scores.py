"""What a trained model is worth, in the words of a report."""

from __future__ import annotations

import numpy as np

from ..datasets import Dataset
from ..estimators import MLPClassifier, MLPRegressor
from ..estimators.evaluation import (
    ClassificationScore,
    RegressionScore,
    evaluate_classification,
    evaluate_regression,
)

__all__ = ["Score", "evaluate", "in_words"]

Score = ClassificationScore | RegressionScore
SIGNIFICANT = 0.05  # the p value below which rows tell a model from the trivial answer
UNEVEN = 1.5  # the largest class over the smallest from which accuracy alone says little
MOST_CLASSES = 10  # of a confusion matrix that is printed
GAP = 0.05  # between the scores on training and test rows from which a word is due


def evaluate(model: MLPClassifier | MLPRegressor, train: Dataset, test: Dataset) -> dict[str, Score]:
    """The model's score on its training rows, and on its test rows if there are any."""
    parts = {"train": train} | ({"test": test} if len(test) else {})
    if train.class_names is None:
        return {
            name: evaluate_regression(part.y, model.predict(part.X), train.y.mean()) for name, part in parts.items()
        }
    K, trivial = len(train.class_names), int(np.bincount(train.y).argmax())
    number = {name: k for k, name in enumerate(train.class_names)}
    return {
        name: evaluate_classification(part.y, [number[guess] for guess in model.predict(part.X)], K, trivial)
        for name, part in parts.items()
    }


def in_words(scores: dict[str, Score], data: Dataset) -> str:
    """The lines of a report."""
    lines = _numbers(scores, data) if data.class_names is None else _classes(scores, data.class_names)
    return "\n".join([*lines, *_warnings(scores, data)])


def _classes(scores, names):
    score = scores.get("test", scores["train"])
    lines = [_scores("accuracy", scores), f"always {names[score.trivial_class]!r:.40}: {score.trivial_accuracy:.4f}"]
    sizes = np.sum(score.confusion, axis=1)
    if sizes.max() >= UNEVEN * sizes.min():
        lines.append(
            f"balanced accuracy: {', '.join(f'{part} {s.balanced_accuracy:.4f}' for part, s in scores.items())}, "
            f"the mean over the classes, which are uneven"
        )
        lines += _confusion(score, names) if len(names) <= MOST_CLASSES else []
    return lines


def _confusion(score, names):
    """The confusion matrix as a table: what is true by rows, what is predicted by columns."""
    heads = [name if len(name) <= 12 else name[:11] + "…" for name in names]
    first, widths = max(4, *map(len, heads)), [max(len(head), len(str(score.N))) for head in heads]
    rows = [("true", heads), *zip(heads, score.confusion)]
    return [
        f"{score.N} rows, what is predicted by columns:",
        *(
            f"  {name:<{first}}" + "".join(f"  {entry:>{width}}" for entry, width in zip(entries, widths))
            for name, entries in rows
        ),
    ]


def _numbers(scores, data):
    score, target = (
        scores.get("test", scores["train"]),
        f"{data.columns.target_name!r:.40}" if data.columns else "the target",
    )
    interval = (
        f" ({score.rmse_interval.low:.4g} to {score.rmse_interval.high:.4g})"
        if score.rmse_interval and "test" in scores
        else ""
    )
    return [
        _scores("R2", scores),
        f"RMSE {score.rmse:.4g}{interval}, MAE {score.mae:.4g}, in the units of {target}; "
        f"always the mean, {score.trivial_value:.4g}: RMSE {score.trivial_rmse:.4g}",
    ]


def _scores(measure, scores):
    """The line of scores, with an interval for the one on rows that training has not seen."""
    line = f"{measure}: " + ", ".join(f"{part} {getattr(score, measure):.4f}" for part, score in scores.items())
    if "test" not in scores:
        return line
    interval, N = scores["test"].interval, scores["test"].N
    rows = f"{N} row{'s' * (N > 1)}"
    return line + (f" ({rows}; 95 % interval {interval.low:.2f} to {interval.high:.2f})" if interval else f" ({rows})")


def _warnings(scores, data):
    """What a reader of the scores alone would miss."""
    if "test" not in scores:
        return ["no test rows: scores on training rows say little about new ones"]
    train, test = scores["train"], scores["test"]
    measure = "R2" if data.class_names is None else "accuracy"
    seen, new, said = getattr(train, measure), getattr(test, measure), []
    answer = "the mean" if data.class_names is None else repr(data.class_names[test.trivial_class])[:40]
    ahead = test.rmse < test.trivial_rmse if data.class_names is None else new > test.trivial_accuracy
    if not ahead:
        said.append(f"no better than always {answer} on the test rows")
    elif test.p_value >= SIGNIFICANT:
        said.append(
            f"too few rows to tell whether this is better than always {answer} "
            f"(a model that is not would seem so with probability {test.p_value:.2f})"
        )
    if seen - new >= GAP and test.interval and seen > test.interval.high:
        said.append(
            f"much better on training rows ({seen:.2f}) than on test rows ({new:.2f}): more was learnt than the rule; "
            f"more rows, a larger --l2 or fewer --hidden units may help"
        )
    return said
