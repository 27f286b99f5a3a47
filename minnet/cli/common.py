"""What the commands share: reports, an option, optimisers by name, numbers from words."""

from __future__ import annotations

import sys
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..curvature import Certificate
from ..datasets import Dataset
from ..estimators import ConvergenceWarning
from ..estimators.errors import in_use
from ..optim.driver.result import Result
from ..optim.method import Method
from ..optim.names import method_class, methods_by_name

OPTIMIZERS = methods_by_name()


def on_terminal() -> bool:
    """Whether a progress line has a reader."""
    return sys.stderr.isatty()


def run_report(result: Result, certificate: Certificate | None) -> dict[str, Any]:
    """How a run of `minimize` ended, and its certificate if it has one, for a report."""
    return {
        "success": result.success,
        "message": result.message,
        "iterations": result.nit,
        "nfev": result.nfev,
        "njev": result.njev,
        "nhev": result.nhev,
        "seconds": result.history["seconds"][-1],
        "value": result.fun,
        "gradient_norm": np.linalg.norm(result.jac),
        "certificate": certificate and {**asdict(certificate), "error_bound": certificate.error_bound},
    }


def workers_argument(parser: ArgumentParser) -> None:
    """--workers."""
    parser.add_argument("--workers", type=int, default=1, help="processes to share the work; -1: all cores (default 1)")


def named_method(option: str, name: str) -> type[Method]:
    """The class of the method of that name; ValueError, which names the option, where there is none."""
    try:
        return method_class(name)
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from None


def optimizer(name: str, lr: float | None = None) -> Method:
    """The method of that name, with that learning rate where it has one."""
    kind = named_method("--optimizer", name)
    if lr is None:
        return kind()
    if "lr" not in kind.__dataclass_fields__:
        raise ValueError(f"--lr {lr}: {name} has no learning rate; leave it out")
    return kind(lr=lr)


def weight_decay(text: str) -> float | str:
    """--l2: a number, or a word for how to choose it."""
    return text if text in ("auto", "evidence") else float(text)


@contextmanager
def quiet_convergence() -> Iterator[None]:
    """No warning where a training ends before its gradient test: the command's own report says so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", in_use(ConvergenceWarning))
        yield


def widths(text: str) -> tuple[int, ...]:
    """Hidden widths: "16,16" -> (16, 16), and "" -> () for a linear model."""
    try:
        numbers = tuple(map(int, text.split(","))) if text else ()
    except ValueError:
        numbers = (-1,)
    if any(number < 1 for number in numbers):
        raise ValueError(
            f"--hidden {text}: expected whole numbers of at least 1 such as 16,16, or '' for a linear model"
        )
    return numbers


def notebook_seed(seed: int) -> int:
    """The seed, if it is one of NumPy's legacy generator, from which the notebook drew."""
    if not 0 <= seed < 2**32:
        raise ValueError(f"--seed {seed}; expected at most {2**32 - 1} for the notebook")
    return seed


def labels(data: Dataset) -> NDArray[Any]:
    """The targets as an estimator takes them: class names, or numbers."""
    return data.y if data.class_names is None else np.array(data.class_names)[data.y]
