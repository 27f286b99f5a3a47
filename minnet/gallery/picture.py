"""A picture of the gallery, as a script of `figures` gives it: a figure, the facts beside it, and what it claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.animation import Animation
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

__all__ = ["Claim", "Picture"]


@dataclass(frozen=True)
class Claim:
    """What a source says, and the evidence: whether it holds, over what it was judged, and for what share of it.

    >>> claim = Claim.over([True, True, False, True], "starts")
    >>> bool(claim), str(claim)
    (False, '75 % of 4 starts')
    """

    holds: bool
    judged: str
    share: float | None = None

    @classmethod
    def over(cls, outcomes: ArrayLike, of: str, needed: float = 1.0) -> Claim:
        """Judged on each of many `of`: the claim holds where at least the share `needed` of them bears it out."""
        outcomes = np.asarray(outcomes, bool).ravel()
        share = float(outcomes.mean())
        return cls(share >= needed, f"{len(outcomes):,} {of}", share)

    def __bool__(self) -> bool:
        return bool(self.holds)

    def __str__(self) -> str:
        if self.share is None:
            return self.judged
        percent = 100 * self.share if self.share in (0, 1) else min(max(100 * self.share, 0.1), 99.9)
        return f"{percent:.{1 if percent % 1 else 0}f} % of {self.judged}"


@dataclass
class Picture:
    """A still figure, perhaps with an animation, and the facts beside it.

    Parameters
    ----------
    figure : Figure
        The still picture.
    numbers : dict
        {name: number or word} that the caption quotes as {name}, and the JSON keeps.
    settings : dict
        {name: value}: starts, learning rates, seeds, whatever makes the run.
    runs : dict
        {name: result of `minimize`, or a list of them}, whose counts the JSON keeps.
    shows : dict
        {sentence: bool}: what the picture is there to show. It is not written where one is false.
    claims : dict
        {sentence: Claim with its evidence}: what the source says. Where one is false the caption says so.
    data : dict
        {name: array}: what is drawn, for tests; not written.
    animation : Animation, optional
        The film.
    """

    figure: Figure
    numbers: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    runs: dict[str, Any] = field(default_factory=dict)
    shows: dict[str, bool | np.bool_] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    animation: Animation | None = None

    def __post_init__(self) -> None:
        for sentence, true in self.shows.items():
            if not isinstance(true, (bool, np.bool_)):
                raise ValueError(f"{sentence!r}: {true!r}; expected True or False")
        for sentence, claim in self.claims.items():
            if not (isinstance(claim, Claim) and claim.judged):
                raise ValueError(f"{sentence!r}: {claim!r}; expected a Claim that says over what it was judged")
