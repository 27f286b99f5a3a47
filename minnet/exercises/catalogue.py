"""The exercises by their names, and what a student does with them."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from .exercise import Exercise
from .solved import note
from .verdict import NotYet, Verdict

__all__ = ["check", "find", "hint", "names", "register", "show"]

NOTEBOOKS = {
    "00": "first_steps",
    "01": "engine",
    "02": "checking",
    "03": "first_order",
    "04": "curvature",
    "05": "newton",
    "06": "eigenvectors",
    "07": "conjugate_gradient",
    "08": "quasi_newton",
    "09": "hessian_free",
    "10": "saddle_points",
    "11": "results",
}
_own: dict[str, Exercise] = {}
_failures: dict[str, Verdict] = {}


def check(exercise: str | Exercise, answer: Any, **given: Any) -> Verdict:
    """Whether `answer` is right.

    Parameters
    ----------
    exercise : str or Exercise
        Its name, "05.2", or an exercise of one's own.
    answer : function
        The function that the task asks for.
    **given
        What the task asks for besides, a prediction for instance.

    Returns
    -------
    Verdict
        Of a right answer.

    Raises
    ------
    AssertionError
        Where the answer is not right yet; the message names the first property that fails, the smallest input
        found at which it does, and a hint.
    ValueError
        Where there is no such exercise.
    """
    exercise = find(exercise)
    verdict = exercise.examine(answer, **given)
    _failures.pop(exercise.name, None)
    if not verdict:
        _failures[exercise.name] = verdict
    note(verdict)
    if not verdict:
        raise NotYet(str(verdict))
    return verdict


def show(exercise: str | Exercise) -> None:
    """Print the task; in a notebook, with its formulas set."""
    exercise = find(exercise)
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and shell.has_trait("kernel"):
        from IPython.display import Markdown, display

        display(Markdown(f"**Exercise {exercise.name}.** {exercise.task}"))
    else:
        print(f"Exercise {exercise.name}. {exercise.task}")


def hint(exercise: str | Exercise) -> None:
    """Print a stronger hint for the property at which the last check of this exercise failed."""
    exercise = find(exercise)
    failure = _failures.get(exercise.name)
    if failure is None:
        print(
            f"Nothing has failed in {exercise.name} so far. Its first property: {exercise.properties[0].name}. "
            f"{exercise.properties[0].hint}"
        )
    else:
        print(failure.stronger or failure.hint or "There is no hint for this; read the message again.")


def names() -> list[str]:
    """The names of all exercises, minnet's and one's own."""
    return sorted([exercise.name for notebook in NOTEBOOKS for exercise in _of(notebook)] + list(_own))


def register(exercise: Exercise) -> Exercise:
    """Let `check`, `show` and the grader find an exercise of one's own by its name."""
    if exercise.name in names() and exercise.name not in _own:
        raise ValueError(f"name={exercise.name!r} belongs to an exercise of minnet; expected another name")
    _own[exercise.name] = exercise
    return exercise


def find(name: str | Exercise) -> Exercise:
    """The exercise of this name, or the exercise itself."""
    if isinstance(name, Exercise):
        return name
    if name in _own:
        return _own[name]
    notebook = str(name).partition(".")[0]
    known = _of(notebook) if notebook in NOTEBOOKS else ()
    for exercise in known:
        if exercise.name == name:
            return exercise
    choice = ", ".join(exercise.name for exercise in known) or f"names from {names()[0]} to {names()[-1]}"
    raise ValueError(f"exercise={name!r}; expected {choice}")


def _of(notebook: str) -> tuple[Exercise, ...]:
    return import_module(f"{__package__}.e{notebook}_{NOTEBOOKS[notebook]}").EXERCISES
