"""Predict with a trained model.

MODEL.npz is what minnet train wrote; DATA.csv a table with its feature columns, in any order where there is a
header. Prints a CSV table: the number of each row, from 1; for classification the class and the probability of each,
for regression the value.
"""

from __future__ import annotations

import argparse
import csv
import io
from contextlib import nullcontext
from typing import Any
from warnings import warn

import numpy as np
from numpy.typing import NDArray

from ..datasets import Columns, Table, TableWarning
from ..estimators import MLPClassifier, MLPRegressor
from .models import trained_model
from .output import own_file, write_text
from .tables import reread, table_arguments


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL.npz")
    parser.add_argument("data", metavar="DATA.csv")
    parser.add_argument("--out", help="a file for the predictions, not yet there (default: standard output)")
    parser.add_argument("--overwrite", action="store_true", help="replace --out if it is there")
    table_arguments(parser, without=("drop",))


def run(args: argparse.Namespace) -> None:
    if args.overwrite and args.out is None:
        raise ValueError("--overwrite without --out; expected a file to replace")
    with nullcontext() if args.out is None else own_file(args.out, args.overwrite, (args.model, args.data)):
        model, columns = trained_model(args.model)
        columns = reread(columns, args)
        table, rows = _complete(columns, columns.read(args.data))
        text = _predictions(model, columns.encode(table), rows)
        if args.out is None:
            print(text, end="")
            return
        write_text(args.out, text)
    print(f"wrote {args.out}: {len(rows)} predictions")


def _complete(columns: Columns, table: Table) -> tuple[Table, NDArray[np.intp]]:
    """The rows to predict and their numbers from 1: those with a missing feature may be left out."""
    if columns.missing != "drop":
        return table, np.arange(1, len(table) + 1)
    complete = columns.complete(table)
    if not complete.any():
        raise ValueError(f"{table.path}: a feature is missing in every row; expected --missing impute")
    if left_out := int((~complete).sum()):
        warn(
            f"{table.path}: {left_out} of {len(table)} rows left out, since a feature is missing",
            TableWarning,
            stacklevel=2,
        )
    return table.take(complete), np.flatnonzero(complete) + 1


def _predictions(model: MLPClassifier | MLPRegressor, X: NDArray[Any], rows: NDArray[np.intp]) -> str:
    """The predictions as a CSV table."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    if isinstance(model, MLPClassifier):
        table.writerow(["row", "class", *(f"p({name})" for name in model.classes_)])
        table.writerows(
            [row, name, *(f"{p:.6g}" for p in ps)]
            for row, name, ps in zip(rows, model.predict(X), model.predict_proba(X))
        )
    else:
        values = model.predict(X).reshape(len(X), -1)
        table.writerow(
            ["row", *(["value"] if values.shape[1] == 1 else [f"value_{k}" for k in range(values.shape[1])])]
        )
        table.writerows([row, *(f"{value:.10g}" for value in at)] for row, at in zip(rows, values))
    return text.getvalue()
