"""What a check says."""
from __future__ import annotations

from dataclasses import dataclass

from .search import Counterexample

__all__ = ["NotYet", "Verdict"]


class NotYet(AssertionError):
    """The answer is not right yet; the message says which property fails, where, and gives a hint."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the message, for the student's own code is not at fault where the check stands."""
        return str(self).splitlines()


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right: true as a condition, and with the evidence as text.

    Attributes
    ----------
    name : str
        The exercise.
    properties : int
        How many properties it has.
    failed : int or None
        The number of the first property that fails, from 1; 0 where the answer could not be tried at all.
    fails, hint, stronger : str
        The clause of that property, and its two hints.
    counterexample : Counterexample or None
        The smallest input at which it fails.
    printed : str
        The beginning of what the answer printed while it was called.
    """

    name: str
    properties: int
    failed: int | None = None
    fails: str = ""
    counterexample: Counterexample | None = None
    hint: str = ""
    stronger: str = ""
    printed: str = ""

    @property
    def right(self) -> bool:
        return self.failed is None

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        if self.right:
            said = "1 property holds" if self.properties == 1 else f"{self.properties} properties hold"
            return f"{self.name} is right: {said}." + self._about_printing()
        lines = [f"{self.name} is not right yet."]
        if self.failed:
            lines.append(f"  Property {self.failed} of {self.properties}: {self.fails}.")
        lines.append(str(self.counterexample))
        if self.hint:
            lines.append(f"  Hint: {self.hint}")
        if self.stronger:
            lines.append(f'  For a stronger hint: minnet.exercises.hint("{self.name}")')
        return "\n".join(lines)

    def _about_printing(self) -> str:
        return f" (It also prints {self.printed.strip()[:40]!r}; nobody needs that.)" if self.printed.strip() else ""
