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
    judged: str = "what is drawn"
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
        percent = 100 * self.share
        return f"{percent:.{1 if 0 < percent < 100 and percent % 1 else 0}f} % of {self.judged}"


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
        {sentence: bool, or Claim with its evidence}: what the source says. A bool is judged on what is drawn. Where one
        is false the caption says so.
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
    claims: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    animation: Animation | None = None

    def __post_init__(self) -> None:
        for kind, sentences in (("", self.shows), (" or a Claim", self.claims)):
            for sentence, true in sentences.items():
                if not isinstance(true, (bool, np.bool_, Claim) if kind else (bool, np.bool_)):
                    raise ValueError(f"{sentence!r}: {true!r}; expected True or False{kind}")
        self.claims = {sentence: claim if isinstance(claim, Claim) else Claim(bool(claim))
                       for sentence, claim in self.claims.items()}
