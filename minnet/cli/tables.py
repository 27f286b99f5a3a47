"""Where the rows of a command come from: a table with its options, or a data set by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import datasets
from ..datasets import Columns, Dataset
from ..datasets.kinds import DateColumn, NumberColumn
from ..datasets.missing import missing_texts
from ..datasets.readers import ORDERS
from .common import notebook_seed

__all__ = [
    "DATASETS",
    "columns_of_numbers",
    "is_data_set",
    "key",
    "read_data",
    "reread",
    "table_arguments",
    "table_options",
]

DATASETS: dict[str, Callable[[int], Dataset]] = {
    "iris": lambda seed: datasets.iris(),
    "breast_cancer": lambda seed: datasets.breast_cancer(),
    "digits": lambda seed: datasets.digits(),
    "notebook": lambda seed: datasets.notebook(notebook_seed(seed)),
    "two_moons": lambda seed: datasets.two_moons(rng=seed),
    "spirals": lambda seed: datasets.spirals(rng=seed),
    "xor": lambda seed: datasets.xor(200, 0.1, rng=seed),
}
OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {  # of a table: the argument of `read_csv`, and what the option takes
    "drop": ("drop", dict(metavar="NAME,…", help="columns to leave out")),
    "missing": (
        "missing",
        dict(
            choices=["impute", "drop", "error"],
            help="where a value is missing: fill in the median or the most frequent one (the default), "
            "leave the row out, or refuse the table",
        ),
    ),
    "na": (
        "na",
        dict(
            metavar="TEXT,…",
            help="what means 'missing', besides an empty cell (default NA,NaN,?,None,…; '' for nothing else)",
        ),
    ),
    "decimal": ("decimal", dict(choices=[".", ","], help="what stands before the fraction of a number (default .)")),
    "dates": ("date_order", dict(choices=["day", "month"], help="what comes first in 01/02/2021, where no date tells")),
    "header": ("header", dict(choices=["yes", "no"], help="whether the first row names the columns (default: found)")),
    "separator": ("separator", dict(help="a character, or tab, comma, semicolon, bar or blank (default: found)")),
    "encoding": ("encoding", dict(help="such as utf-8 or latin-1 (default: found)")),
    "comment": ("comment", dict(help="how lines begin that are comments (default: found)")),
}
READING = ("header", "separator", "encoding", "comment")  # what a file's writer chose, and may choose anew for new rows


def table_arguments(parser: argparse.ArgumentParser, without: tuple[str, ...] = ()) -> None:
    """The options that say how a table is read."""
    group = parser.add_argument_group("the table")
    for option, (_, settings) in OPTIONS.items():
        if option not in without:
            group.add_argument(f"--{option}", **settings)


def table_options(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `read_csv` for the options that were given."""
    given = {argument: getattr(args, option, None) for option, (argument, _) in OPTIONS.items()}
    if given["header"] is not None:
        given["header"] = given["header"] == "yes"
    return {argument: value for argument, value in given.items() if value is not None}


def key(word: str) -> str:
    """A name as the tables have it: "Two-Moons" is two_moons."""
    return word.lower().replace("-", "_")


def is_data_set(word: str) -> bool:
    """Whether a word names a data set of minnet; a file of that name is given as ./NAME."""
    return key(word) in DATASETS


def read_data(word: str, seed: int, target: str | None = None, kind: str | None = None, **options: Any) -> Dataset:
    """The data set of that name, or the table in that file, with a description of its columns.

    Raises
    ------
    ValueError
        Of one line, for a table that cannot be read, and for options of a table with the name of a data set.
    """
    if not is_data_set(word):
        return datasets.read_csv(word, target, kind, **options)
    names = {argument: option for option, (argument, _) in OPTIONS.items()}
    given = {"target": target, "kind": kind, **{names[argument]: value for argument, value in options.items()}}
    for option, value in given.items():
        if value is not None:
            raise ValueError(f"--{option} {value} for {key(word)}, which needs none; expected DATA.csv")
    data = DATASETS[key(word)](seed)
    if data.columns is not None:
        return data
    return replace(data, columns=columns_of_numbers(data.feature_names, f"{len(data.class_names)} classes"))


def columns_of_numbers(names: tuple[str, ...], target_note: str = "") -> Columns:
    """The description of a table whose columns are all numbers, none of them missing."""
    return Columns(tuple(map(NumberColumn, names)), len(names), "target", missing="error", target_note=target_note)


def reread(columns: Columns, args: argparse.Namespace) -> Columns:
    """A model's columns as they are to be read from a file that is written in another way than the training table."""
    options = table_options(args)
    reading = columns.reading | {name: options[name] for name in READING if name in options}
    changed = {name: options[name] for name in ("missing",) if name in options}
    if "na" in options:
        changed["na"] = tuple(sorted(missing_texts(options["na"])))
    return replace(
        columns, reading=reading, **changed, columns=tuple(_reread(column, options) for column in columns.columns)
    )


def _reread(column, options):
    if isinstance(column, NumberColumn) and "decimal" in options:
        return replace(column, decimal=options["decimal"])
    if isinstance(column, DateColumn) and "date_order" in options:
        return replace(column, order=ORDERS[options["date_order"]])
    return column
