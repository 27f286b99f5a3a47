"""What an exercise is: a task, the inputs to try, and the properties that every right answer has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from .claims import Malformed, same
from .guard import Answer, Endless
from .readable import readable
from .search import Counterexample, falsify, wanted
from .verdict import NotYet, Verdict

__all__ = ["Exercise", "Mistake", "Property"]


class Property(NamedTuple):
    """What every right answer does.

    name is a clause, "a step on a bowl ends at its minimum". holds(answer, …) calls the answer with the inputs that
    its other parameters name, and makes claims by `equal`, `closer` and `require` or returns whether it holds. hint
    points to the idea where it fails, and stronger, where there is one, almost says it.
    """

    name: str
    holds: Callable[..., Any]
    hint: str = ""
    stronger: str = ""


class Mistake(NamedTuple):
    """A well-known wrong answer, which takes the same arguments, and the hint for whoever gives the same results."""

    answer: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class Exercise:
    """An exercise, whose `check` tells right answers from wrong ones by properties alone.

    Parameters
    ----------
    name : str
        Notebook and number, "05.2".
    task : str
        What to do, in Markdown; it names the function to write with its arguments.
    properties : sequence of Property
        From the simplest to the subtle: the first that fails is reported.
    strategies : mapping
        Names of inputs and the Hypothesis strategies that draw them (`inputs` has readable ones).
    variants : sequence of functions
        Right answers of other kinds, for `audit` to try.
    mistakes : sequence of Mistake
        Wrong answers that many give. A student who gives the same results reads the hint of that mistake.
    given : sequence of str
        What `check` takes besides the answer, a prediction for instance; properties have it by its name.
    seconds : float
        How long one call of the answer may take.
    examples : int
        How many inputs each property is tried on.

    Raises
    ------
    ValueError
        Where a property asks for an input that no strategy draws.
    """

    name: str
    task: str
    properties: Sequence[Property]
    strategies: Mapping[str, st.SearchStrategy] = field(default_factory=dict)
    variants: Sequence[Callable[..., Any]] = ()
    mistakes: Sequence[Mistake] = ()
    given: Sequence[str] = ()
    seconds: float = 5.0
    examples: int = 25

    def __post_init__(self) -> None:
        for prop in self.properties:
            for name in wanted(prop.holds):
                if name not in self.strategies and name not in self.given:
                    raise ValueError(
                        f"the property {prop.name!r} asks for {name}; expected one of the strategies "
                        f"{', '.join([*self.strategies, *self.given])}"
                    )
        if not self.properties:
            raise ValueError(f"exercise {self.name} has no properties; expected at least one")

    def check(self, answer: Any, **given: Any) -> Verdict:
        """The verdict on a right answer.

        Raises
        ------
        AssertionError
            Where it is not right yet: which property fails, at which smallest input, and a hint.
        ValueError
            Where something besides the answer is missing or not asked for.
        """
        verdict = self.examine(answer, **given)
        if not verdict:
            raise NotYet(str(verdict))
        return verdict

    def examine(self, answer: Any, **given: Any) -> Verdict:
        """The verdict on any answer."""
        if set(given) != set(self.given):
            call = ", ".join([f'check("{self.name}", answer', *(f"{name}=…" for name in self.given)]) + ")"
            raise ValueError(
                f"{self.name} is checked with {', '.join(given) or 'nothing'} besides the answer; expected "
                f"{', '.join(self.given) or 'nothing'}: {call}"
            )
        for name, value in given.items():
            if any(part is ... for part in (value if isinstance(value, (tuple, list)) else [value])):
                return self._verdict(
                    0, counterexample=Counterexample({}, f"{name} is still `...`; write your own in place of the dots")
                )
        if not callable(answer):
            return self._verdict(
                0,
                counterexample=Counterexample(
                    {},
                    f"The answer is {readable(answer)}, which cannot be "
                    "called; expected a function (its name, without brackets after it)",
                ),
            )
        guarded = Answer(answer, self.seconds)
        for number, prop in enumerate(self.properties, 1):
            guarded.calls.clear()
            counterexample = falsify(prop.holds, guarded, self.strategies, self.examples, **given)
            if counterexample is not None:
                recognised = self._recognised(guarded, given)
                hints = (recognised, "") if counterexample.malformed else (recognised or prop.hint, prop.stronger)
                return self._verdict(number, prop.name, counterexample, *hints)
        return self._verdict(None, printed=guarded.printed)

    def audit(self, variants: Sequence[Callable[..., Any]] = (), wrong: Sequence[Callable[..., Any]] = ()) -> str:
        """A table of the checker's verdicts on right and wrong answers: the exercise's own, and those given here.

        Raises
        ------
        AssertionError
            Where a right answer is refused, or a wrong one accepted, or a mistake met without its hint.
        """
        rows, right = [], [_with_given(answer) for answer in (*self.variants, *variants)]
        for number, (answer, given) in enumerate(right, 1):
            verdict = self.examine(answer, **given)
            assert verdict, f"a right answer is refused: {_title(answer, f'variant {number}')}\n{verdict}"
            rows.append(("accepted", _title(answer, f"variant {number}"), ""))
        refused = [((mistake.answer, right[0][1] if right else {}), mistake.hint) for mistake in self.mistakes]
        for number, ((answer, given), hint) in enumerate(
            refused + [(_with_given(answer), None) for answer in wrong], 1
        ):
            verdict = self.examine(answer, **given)
            title = _title(answer, f"mistake {number}")
            assert not verdict, f"{self.name}: a wrong answer is accepted: {title}"
            assert hint is None or verdict.hint == hint, f"{self.name}: {title} is met with another hint\n{verdict}"
            rows.append(("refused", title, verdict.hint or verdict.counterexample.message))
        width = max(len(title) for _, title, _ in rows)
        return "\n".join(f"{outcome:<8}  {title:<{width}}  {remark}".rstrip() for outcome, title, remark in rows)

    def _verdict(self, failed, *details, **named) -> Verdict:
        return Verdict(self.name, len(self.properties), failed, *details, **named)

    def _recognised(self, answer: Answer, given: Mapping[str, Any]) -> str:
        """The hint of the mistake that ends as the answer does, where that failed and on inputs of all properties."""
        alike = [mistake for mistake in self.mistakes if self._same(mistake, answer)]
        if alike:
            for prop in self.properties:
                answer.calls.clear()
                falsify(prop.holds, answer, self.strategies, 20, 0, **given)
                alike = [mistake for mistake in alike if self._same(mistake, answer) is not False]
        return alike[0].hint if alike else ""

    def _same(self, mistake: Mistake, answer: Answer) -> bool | None:
        """Whether it ends as the answer did in all calls that can be compared; None where there is none."""
        found = None
        for args, result in answer.calls[:20] + answer.calls[20:][-40:]:
            agrees = _agrees(mistake.answer, args, result, self.seconds)
            if agrees is False:
                return False
            found = found or agrees
        return found


def _agrees(mistake: Callable[..., Any], args: tuple[Any, ...], result: Any, seconds: float) -> bool | None:
    """None where an input refuses to be called once more, as one that counts its calls may do."""
    answer = called = Answer(mistake, seconds)
    try:
        for some in args:
            called = called(*some)
    except (Malformed, TypeError, Endless):  # TypeError where it returns no function
        pass
    except AssertionError:
        return None
    if not answer.calls:
        return False
    ended = answer.calls[-1][1]
    return ended is result if isinstance(ended, type) or isinstance(result, type) else same(ended, result)


def _with_given(answer: Any) -> tuple[Any, dict[str, Any]]:
    """An answer that is checked with something besides is the pair of both."""
    return answer if isinstance(answer, tuple) else (answer, {})


def _title(answer: Any, otherwise: str) -> str:
    name = getattr(answer, "__name__", "<lambda>") if inspect.isroutine(answer) else "<lambda>"
    return otherwise if name == "<lambda>" else name.replace("_", " ").strip()
