"""A student's function, called with care: whatever it does, the outcome is a value or one clear sentence."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from textwrap import shorten
from typing import Any

import numpy as np

from .claims import Malformed, Refuted, same
from .watchdog import OutOfTime, limited

__all__ = ["Answer", "Endless"]

DATA = (np.ndarray, list, tuple, dict, set)


class Endless(BaseException):
    """A call was stopped because it took too long; no search for a smaller input goes on after that."""


class Answer:
    """`function`, which keeps every call in `calls` with its result, or the type of what it raised, for mistakes to be
    recognised by them. A function that it returns is an Answer, too; a call of that is kept as the arguments of both.

    A call raises `Malformed` where the function raises, ends the program, returns None or changes its arguments, and
    `Endless` where it takes longer than `seconds`. What it prints is kept from the screen; `printed` is its beginning.
    """

    def __init__(self, function: Callable[..., Any], seconds: float = 5.0, made_by: Answer | None = None,
                 args: tuple[Any, ...] = ()) -> None:
        self.function: Callable[..., Any] = function
        self.seconds: float = seconds
        self.calls: list[tuple[tuple[Any, ...], Any]] = made_by.calls if made_by else []
        self.ear: Ear = made_by.ear if made_by else Ear()
        self.chain: tuple[tuple[Any, ...], ...] = (*made_by.chain, args) if made_by else ()
        self.__name__: str = f"the function that {made_by.__name__} returns" if made_by else named(function)

    @property
    def printed(self) -> str:
        return self.ear.text

    def __call__(self, *args: Any) -> Any:
        given = [copy.deepcopy(value) if isinstance(value, DATA) else value for value in args]
        result = self._call(given)
        if any(isinstance(value, DATA) and not same(now, value, tol=0) for now, value in zip(given, args)):
            self.calls.append(((*self.chain, args), Malformed))
            raise Malformed(
                f"{self.__name__} changes its arguments, so that its caller's data are no longer what they "
                "were; work on a copy, as in `x = x - step` instead of `x -= step`"
            )
        if result is None:
            self.calls.append(((*self.chain, args), Malformed))
            raise Malformed(
                f"{self.__name__} returns None"
                + (
                    f" and prints {self.printed.strip()[:40]!r}; a function "
                    "hands over its result by `return`, not by `print`"
                    if self.printed.strip()
                    else "; is the `return` missing?"
                )
            )
        if callable(result):
            return Answer(result, self.seconds, self, args)
        self.calls.append(((*self.chain, args), copy.deepcopy(result) if isinstance(result, DATA) else result))
        return np.array(result) if _is_array_of_numbers(result) else result

    def _call(self, args: list[Any]) -> Any:
        try:
            with (
                warnings.catch_warnings(),
                np.errstate(all="ignore"),
                redirect_stdout(self.ear),
                redirect_stderr(self.ear),
                limited(self.seconds),
            ):
                warnings.simplefilter("ignore")
                return self.function(*args)
        except (Refuted, Endless, KeyboardInterrupt):
            raise
        except OutOfTime:
            self.calls.append(((*self.chain, tuple(args)), Endless))
            raise Endless(
                f"{self.__name__} has not ended after {self.seconds:g} seconds; does its loop ever stop?"
            ) from None
        except SystemExit:
            raise Malformed(
                f"{self.__name__} ends the whole program (sys.exit); a function returns instead"
            ) from None
        except BaseException as error:
            self.calls.append(((*self.chain, tuple(args)), type(error)))
            raise Malformed(
                f"{self.__name__} raises {type(error).__name__}{_said(error)}{self._where(error)}"
            ) from None

    def _where(self, error: BaseException) -> str:
        code, line, frame = getattr(self.function, "__code__", None), None, error.__traceback__
        while code and frame:
            if frame.tb_frame.f_code is code:
                line = frame.tb_lineno - code.co_firstlineno + 1
            frame = frame.tb_next
        return f" (line {line} of the function)" if line else ""


class Ear(io.TextIOBase):
    """A stream that keeps the first characters written to it and forgets the rest."""

    def __init__(self, length: int = 200) -> None:
        self.text: str = ""
        self.length: int = length

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text[: self.length - len(self.text)]
        return len(text)


def named(function: Any) -> str:
    name = getattr(function, "__name__", "<lambda>")
    return "your function" if name == "<lambda>" else str(name)


def _is_array_of_numbers(result: Any) -> bool:
    """Whether it is a list of numbers, or of such lists of equal length, which may stand for an array."""
    if not isinstance(result, list) or not result:
        return False
    if all(isinstance(entry, list) for entry in result):
        return all(map(_is_array_of_numbers, result)) and len({np.shape(entry) for entry in result}) == 1
    return all(isinstance(entry, (bool, int, float, complex, np.number, np.bool_)) for entry in result)


def _said(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:
        return ""
    return f": {shorten(text, 160, placeholder=' …')}" if text else ""
