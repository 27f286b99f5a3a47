"""What the commands share: folders, tables, optimisers by name, numbers from words."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from .. import optim
from ..datasets import Columns
from ..estimators import load

OPTIMIZERS = {name.lower(): getattr(optim, name) for name in optim.__all__
              if isinstance(getattr(optim, name), type) and issubclass(getattr(optim, name), optim.Method)
              and getattr(optim, name) is not optim.Method}


def on_terminal():
    """Whether a progress line has a reader."""
    return sys.stderr.isatty()


def folder(path):
    """The folder at `path`, made where there is none; ValueError where it cannot be."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"--out {path}: {error.strerror}; expected a folder that can be written") from error
    return path


def write_json(path, content):
    """Write the report in one move."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(json.dumps(content, indent=2, default=_plain) + "\n")
        partial.replace(path)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}") from error


def optimizer(name, lr=None):
    """The method of that name, with that learning rate where it has one."""
    key = name.lower().replace("-", "").replace("_", "")
    if key not in OPTIMIZERS:
        raise ValueError(f"--optimizer {name}: unknown; expected one of {', '.join(OPTIMIZERS)}")
    if lr is None:
        return OPTIMIZERS[key]()
    if "lr" not in OPTIMIZERS[key].__dataclass_fields__:
        raise ValueError(f"--lr {lr}: {name} has no learning rate; leave it out")
    return OPTIMIZERS[key](lr=lr)


def widths(text):
    """Hidden widths "16,16" -> (16, 16); "" or "0" none."""
    try:
        numbers = tuple(int(word) for word in text.split(",") if word.strip() not in ("", "0"))
    except ValueError:
        numbers = (-1,)
    if any(number < 1 for number in numbers):
        raise ValueError(f"--hidden {text}: expected whole numbers of at least 1 such as 16,16")
    return numbers


def trained_model(path):
    """A model written by `minnet train`, and the Columns that it reads from a table."""
    model = load(path)
    if model.table_ is None:
        raise ValueError(f"{path} does not know its columns; expected a model written by minnet train")
    return model, Columns.from_json(model.table_["columns"])


def labels(data):
    """The targets as an estimator takes them: class names, or numbers."""
    return data.y if data.class_names is None else np.array(data.class_names)[data.y]


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} in a report")
