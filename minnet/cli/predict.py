"""Predict with a trained model.

MODEL.npz is what minnet train wrote; DATA.csv a table with its feature columns, in any order where there is a
header. Prints a CSV table: for classification the class and the probability of each, for regression the value.
"""
from __future__ import annotations

import csv
import io

from .common import trained_model


def arguments(parser):
    parser.add_argument("model", metavar="MODEL.npz")
    parser.add_argument("data", metavar="DATA.csv")
    parser.add_argument("--out", help="a file for the predictions, not yet there (default: standard output)")


def run(args):
    model, columns = trained_model(args.model)
    X = columns.encode(args.data)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    if hasattr(model, "classes_"):
        rows.writerow(["class", *(f"p({name})" for name in model.classes_)])
        rows.writerows([name, *(f"{p:.6g}" for p in ps)] for name, ps in zip(model.predict(X), model.predict_proba(X)))
    else:
        rows.writerow(["value"])
        rows.writerows([f"{value:.10g}"] for value in model.predict(X))
    if not args.out:
        print(text.getvalue(), end="")
        return
    try:
        with open(args.out, "x", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
    except OSError as error:
        raise ValueError(f"--out {args.out}: {error.strerror}; expected a new file in a folder that is there") from error
    print(f"wrote {args.out}: {len(X)} predictions")
