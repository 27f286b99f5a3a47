"""Trained models that commands read, with the columns that they know."""

from __future__ import annotations

from ..datasets import Columns
from ..estimators import MLPClassifier, MLPRegressor, load
from .tables import columns_of_numbers

__all__ = ["trained_model"]


def trained_model(path: str) -> tuple[MLPClassifier | MLPRegressor, Columns]:
    """A model written by `minnet train`, or saved by a program that had fitted it to a DataFrame, and its columns.

    Raises
    ------
    ValueError
        Where the file is no such model.
    """
    model = load(path)
    if model.table_ is None:
        if not hasattr(model, "feature_names_in_"):
            raise ValueError(
                f"{path} does not know its columns; expected a model written by minnet train, or fitted to a DataFrame"
            )
        columns = columns_of_numbers(tuple(model.feature_names_in_))
        del model.feature_names_in_  # the columns find their features by name from here on
        return model, columns
    try:
        columns = Columns.from_json(model.table_["columns"])
        if len(columns.feature_names) != model.n_features_in_:
            raise ValueError(f"{len(columns.feature_names)} features for {model.n_features_in_} inputs")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no model of minnet, or is damaged: {error}") from error
    return model, columns
