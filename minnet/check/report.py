"""What a checker says: a verdict with its evidence."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..html import facts

__all__ = ["Report", "Verdict"]

Verdict = Literal["passed", "FAILED", "cannot tell here"]


@dataclass(frozen=True)
class Report:
    """A verdict with its evidence: print it, or ``assert report``, which holds only where the rule passed.

    Attributes
    ----------
    what : str
        The rule that was checked.
    how : str
        The method: "complex-step", "difference" or "taylor".
    verdict : {"passed", "FAILED", "cannot tell here"}
        "FAILED" where the rule's answer lies outside the error interval of the reference; "cannot tell here" where that
        interval is too wide for a verdict, or where there is no derivative to compare with.
    error : float
        The largest deviation from the reference, relative to the largest entry of its block.
    tolerance : float
        What is accepted in that block: the tolerance asked for, or the default one and the uncertainty of the
        reference.
    worst : tuple
        Where it is: (block, index in the block, the rule's entry, the reference).
    blocks : dict
        The error of each block.
    hint : str
        Why no verdict is possible, and what to do; empty where there is one.
    """

    what: str
    how: str
    verdict: Verdict
    error: float
    tolerance: float
    worst: tuple[str, tuple[int, ...], float, float] | tuple[()] = ()
    blocks: dict[str, float] = field(default_factory=dict)
    hint: str = ""

    @property
    def passed(self) -> bool:
        """Whether the rule is right here, as far as the method sees."""
        return self.verdict == "passed"

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"{self.what} by {self.how}: {self.verdict}, relative error {self.error:.1e} "
                 f"(tolerance {self.tolerance:.0e})"]
        lines += [f"  {block:<12} {error:.1e}" for block, error in self.blocks.items() if len(self.blocks) > 1]
        if self.verdict == "FAILED":
            block, index, ours, reference = self.worst
            lines.append(f"  worst: {block}{list(index) if index else ''} is {ours:.9g}; expected {reference:.9g}")
        return "\n".join(lines + ([f"  {self.hint}"] if self.hint else []))

    def _repr_html_(self) -> str:
        first, *lines = str(self).splitlines()
        what, verdict = first.split(": ", 1)
        return facts(what, [("", line.strip()) for line in [verdict, *lines]])
