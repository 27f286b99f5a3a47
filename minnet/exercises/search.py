"""Hypothesis looks for an input at which a property fails, and for the smallest one."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, configuration, errors, given, settings
from hypothesis import strategies as st

from .claims import Malformed, Refuted
from .guard import Endless
from .readable import readable

__all__ = ["Counterexample", "falsify", "wanted"]


SHRINKING = (
    150  # inputs that are tried after the first that fails, each smaller than the smallest that has failed so far
)


class Enough(BaseException):
    """Ends the search: what has failed last is small enough."""


@dataclass(frozen=True)
class Counterexample:
    """The smallest input found at which a property fails, and what happened there.

    malformed says that the answer gave nothing that the property could be asked of.
    """

    inputs: dict[str, Any]
    message: str
    malformed: bool = False

    def __str__(self) -> str:
        shown = ", ".join(f"{name} = {readable(value)}" for name, value in self.inputs.items())
        sentence = self.message + "." * (self.message[-1:] not in "?.")
        return f"  With {shown}:\n    {sentence}" if shown else f"    {sentence}"


def wanted(holds: Callable[..., Any]) -> list[str]:
    """The names of the inputs of a property: its parameters after the first, which is the answer."""
    return list(inspect.signature(holds).parameters)[1:]


def falsify(
    holds: Callable[..., Any],
    answer: Any,
    strategies: Mapping[str, st.SearchStrategy],
    examples: int = 25,
    shrinking: int = SHRINKING,
    **known: Any,
) -> Counterexample | None:
    """The smallest counterexample to `holds(answer, **inputs)`, or None where none of some `examples` is one.

    `known` inputs are passed as they are, the others drawn from `strategies`. The same answer meets the same inputs in
    every run. `shrinking` inputs are tried to make a
    counterexample smaller. Nothing is printed and no file written.
    """
    names, failures, tried = wanted(holds), [], []
    fixed = {name: known[name] for name in names if name in known}

    def attempt(drawn: dict[str, Any]) -> None:
        try:
            require_true(holds(answer, **fixed, **drawn))
        except errors.HypothesisException:
            raise
        except (Exception, Endless) as error:
            if not isinstance(error, (Refuted, Endless)):
                error = Malformed(f"the result cannot be used: {type(error).__name__}: {error}")
            failures.append(
                Counterexample(drawn, str(error), not isinstance(error, Refuted) or isinstance(error, Malformed))
            )
            raise error from None
        finally:
            tried.append(bool(failures))
            if sum(tried) > shrinking:
                raise Enough

    drawn = st.fixed_dictionaries({name: strategies[name] for name in names if name not in fixed})
    search = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(given(drawn)(attempt))
    try:
        with _no_files():
            search()
    except (Refuted, Endless, Enough):
        return failures[-1]
    except errors.Flaky:
        return Counterexample(
            failures[-1].inputs,
            "two calls with the same input end differently; a function of its arguments "
            "alone gives the same result each time",
        )
    return None


def require_true(outcome: Any) -> None:
    """A property may also say by False that it does not hold."""
    if outcome is not None and not outcome:
        raise Refuted("it does not hold")


@contextmanager
def _no_files() -> Iterator[None]:
    """Hypothesis keeps a cache in the working folder; where it cannot write it does without."""
    before = getattr(configuration, "__hypothesis_home_directory", None)
    configuration.set_hypothesis_home_dir(Path(os.devnull))
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(before)
