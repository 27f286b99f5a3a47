"""From a claim to a verdict.

A rule FAILED where it lies outside the error interval of the reference by more than the tolerance, and passed where it
lies within an interval so narrow that a rule wrong by one part in a thousand, or in sign, would lie outside. Otherwise
the checker cannot tell, and says why.
"""
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .claim import Claim
from .reference import Reference, by_complex_step, by_difference, looks_analytic, refine, usual_step
from .report import Report, Verdict
from .rounding import SAFETY, bound_rounding, reach

__all__ = ["HOWS", "judge", "judge_against", "known"]

HOWS = ("complex-step", "difference", "taylor")
DOUBLE = np.finfo(float).eps
TOLERANCE = {("complex-step", DOUBLE): 1e-10, ("difference", DOUBLE): 1e-6, ("taylor", DOUBLE): 1e-6}
COARSE = 1e-4   # in float32
SHARP = 0.1     # of the block's largest entry: no rule is accused by a wider interval
NARROW = 2e-4   # of the block's largest entry: an interval of this width tells a factor of 1.001 from 1

ELSEWHERE = "check at another point"
STILL = "{block} vanishes here, or is lost in rounding: any multiple of the rule would look right; " + ELSEWHERE
DROWNED = {"complex-step": "rounding leaves {block} uncertain by {share:.0e} of its size; " + ELSEWHERE,
           "difference": "rounding leaves {block} uncertain by {share:.0e} of its size; " + ELSEWHERE
                         + ", or with how='complex-step'"}
KINK = "the function has a kink or a jump here, so that there is no derivative to compare {block} with; " + ELSEWHERE
NOT_ANALYTIC = ("the function does not look analytic (np.abs, np.conj, np.vdot?): its complex step contradicts its "
                "differences; use how='difference'")
UNCLEAR = "rounding hides whether the function is analytic; " + ELSEWHERE + ", or with how='difference'"
NOT_FINITE = "the function or its reference is not finite here; " + ELSEWHERE
TOO_FINE = "the reference itself is uncertain by {share:.0e} of {block}; expected a larger tol"


class Finding(NamedTuple):
    """The verdict on one block."""

    block: str
    verdict: Verdict
    error: float
    tolerance: float
    worst: tuple[str, tuple[int, ...], float, float]
    entry: tuple[np.intp, ...]
    hint: str


def known(how: str, *hows: str) -> str:
    """`how`, where it is one of the words that are expected."""
    if how not in HOWS:
        raise ValueError(f"how={how!r}; expected one of {', '.join(HOWS)}")
    if hows and how not in hows:
        raise ValueError(f"how={how!r} is for gradient, hvp and hessian; expected {' or '.join(map(repr, hows))}")
    return how


def judge(what: str, how: str, claims: list[Claim], tol: float | None, rng: np.random.Generator) -> Report:
    """The report on one or several claims."""
    findings = [finding for claim in claims for finding in _Case(claim, known(how), tol, rng).findings()]
    return _report(what, how, findings)


def judge_against(what: str, claim: Claim, reference: Reference, tol: float | None, rng: np.random.Generator) -> Report:
    """The report on a claim whose reference by complex steps is given."""
    return _report(what, "complex-step", _Case(claim, "complex-step", tol, rng).compare(reference))


def _size(*arrays):
    """The largest finite entry."""
    return max(float(np.max(abs(array), initial=0, where=np.isfinite(array))) for array in arrays)


def _report(what, how, findings):
    failed = [finding for finding in findings if finding.verdict == "FAILED"]
    unsure = [finding for finding in findings if finding.verdict == "cannot tell here"]
    worst = max(failed or unsure or findings, key=lambda finding: finding.error / max(finding.tolerance, DOUBLE))
    return Report(what, how, worst.verdict, worst.error, worst.tolerance, worst.worst,
                  {finding.block: finding.error for finding in findings}, worst.hint)


class _Case:
    """One claim before the court: the rule's answer, its reference, and the questions that a mismatch raises."""

    def __init__(self, claim, how, tol, rng):
        if tol is not None and not (isinstance(tol, (int, float, np.number)) and 0 <= tol < np.inf):
            raise ValueError(f"tol={tol!r}; expected a number of at least 0, or None")
        self.claim, self.how, self.tol, self.rng = claim, how, tol, rng
        self.unit, self.complex = claim.unit, how == "complex-step"
        self.default = TOLERANCE.get((how, self.unit), COARSE)
        self.finite = np.isfinite(claim.function(claim.x)).all()
        self.ours = np.asarray(claim.rule(claim.x), np.float64)
        self.blocks = claim.blocks()

    def findings(self):
        if self.complex:
            reference = by_complex_step(self.claim, self.claim.x, self.rng)
            return self._doubt(self.compare(reference))
        reference, ladder = by_difference(self.claim, self.rng)
        unsettled = [name for name, part in self.blocks.items()
                     if self._finding(name, reference, self._rounding(name, reference)).verdict != "passed"
                     and not reference.still[part].all()]
        columns = {int(j) for name in unsettled for j in self.blocks[name][1].flat}
        refine(reference, self.claim, ladder, sorted(columns))
        return [self._beside(finding, reference) for finding in self.compare(reference)]

    def compare(self, reference):
        """The findings on all blocks; before one is FAILED, the rule's own rounding is measured."""
        findings = [self._finding(name, reference, self._rounding(name, reference)) for name in self.blocks]
        if any(finding.verdict == "FAILED" for finding in findings):
            own = bound_rounding(self.claim.rule, self.claim.x, self.unit, self.rng)
            findings = [self._finding(name, reference,
                                      self._rounding(name, reference) + np.nan_to_num(own[part].max(initial=0)))
                        for name, part in self.blocks.items()]
        if any(finding.verdict == "cannot tell here" for finding in findings):
            findings = self._excuse(findings, reference)
        return findings

    def _rounding(self, name, reference):
        part = self.blocks[name]
        error = reference.error[part]
        if self.complex:
            return np.full_like(error, np.max(error, initial=0))
        return np.where(reference.still[part] & (self.ours[part] == 0), 0, error)

    def _finding(self, name, reference, error):
        part = self.blocks[name]
        ours, value = self.ours[part], reference.value[part]
        size, largest = _size(ours, value), _size(self.ours, reference.value)
        gap = np.where(np.isfinite(ours) & np.isfinite(value), abs(ours - value), np.inf)
        tol = self.default if self.tol is None else self.tol
        outside = gap - error > tol * size + 4 * self.unit * largest
        share = float(np.max(error, initial=0) / size) if size else 0.0
        relative = float(np.max(gap, initial=0) / size) if size else 0.0
        tolerance = tol + share if self.tol is None else tol
        index = np.unravel_index(np.argmax(np.where(outside.any(), np.where(outside, gap, -1), gap)), gap.shape)
        worst = (name, tuple(int(index[axis]) for axis in self.claim.axes), float(ours[index]), float(value[index]))
        verdict, hint = "cannot tell here", ""
        if not (self.finite and np.isfinite(value).all()):
            hint = NOT_FINITE
        elif not np.isfinite(ours).all() or outside.any() and share <= SHARP:
            verdict = "FAILED"
        elif share > NARROW and reference.kink[part].any():
            hint = KINK
        elif share > NARROW or size == 0:
            hint = STILL if share >= 1 or size == 0 else DROWNED["complex-step" if self.complex else "difference"]
        elif relative > tolerance:
            hint = DROWNED["complex-step" if self.complex else "difference"] if self.tol is None else TOO_FINE
        else:
            verdict = "passed"
        return Finding(name, verdict, relative, tolerance, worst, index,
                       hint.format(block=name, share=max(share, relative)))

    def _excuse(self, findings, reference):
        """Pass the blocks that vanish nearby as well, and so everywhere: there is nothing to get wrong. For differences
        the function must not change at all, and the rule be zero there."""
        nearby = self._moved(self.unit ** (1 / 3))
        if self.complex:
            there = by_complex_step(self.claim, nearby, self.rng)
            zero = lambda part: abs(there.value[part]).max(initial=0) <= there.error[part].max(initial=0)
        else:
            ours = self.claim.rule(nearby)
            zero = lambda part: reference.still[part].all() and not (self.ours[part].any() or ours[part].any())
        largest, underflow = _size(reference.value), np.finfo(self.claim.x.dtype).tiny / usual_step(self.unit)
        excused = []
        for finding in findings:
            part = self.blocks[finding.block]
            error = np.where(reference.error[part] > 2 * SAFETY * underflow, reference.error[part], 0)
            near = abs(self.ours[part] - reference.value[part]) <= error + 4 * self.unit * largest
            right = finding.verdict == "cannot tell here" and zero(part) and near.all()
            excused.append(finding._replace(verdict="passed", error=0.0, hint="") if right else finding)
        return excused

    def _beside(self, finding, reference):
        """No verdict where the rule, averaged over both sides of the point, agrees with a difference that it
        contradicts at the point itself: there are kinks between, closer than rounding lets a step be."""
        if finding.verdict != "FAILED" or not np.isfinite(finding.error):
            return finding
        part, (i, j) = self.blocks[finding.block], finding.entry
        row, column = part[0].flat[i], part[1].flat[j]
        gap = abs(self.ours[row, column] - reference.value[row, column])
        x, v = self.claim.x, self.claim.directions[column]
        for t in reference.step[row, column] * np.array([1.0, 0.25]):
            sides = [self.claim.rule((x + sign * t * v).astype(x.dtype)) for sign in (1, -1)]
            if abs((sides[0][row, column] + sides[1][row, column]) / 2 - reference.value[row, column]) < gap / 2:
                return finding._replace(verdict="cannot tell here", hint=KINK.format(block=finding.block))
        return finding

    def _moved(self, distance):
        """The point with every entry moved by up to that share of its size, at least 1."""
        x = self.claim.x
        return (x + distance * self.rng.uniform(-1, 1, x.shape) * np.maximum(1, abs(x))).astype(x.dtype)

    def _doubt(self, findings):
        """Believe complex steps only where differences agree with them, in a random direction and in each column that
        fails."""
        failed = any(finding.verdict == "FAILED" for finding in findings)
        answers = {self._agreement(v, failed) for v in self._suspects(findings)}
        for answer, hint in (("kink", KINK), ("no", NOT_ANALYTIC), ("unclear", UNCLEAR)):
            if answer in answers:
                return [finding._replace(verdict="cannot tell here", hint=hint.format(block=finding.block))
                        for finding in findings]
        return findings

    def _agreement(self, v, everywhere):
        """Whether the complex step agrees with differences in the direction v: at the point, or beside it where
        rounding drowns the difference at the point itself; before a rule is FAILED, `everywhere`."""
        answers = []
        for distance in (0, 0.1, self.unit ** (1 / 3)):
            answers.append(looks_analytic(self.claim, self._moved(distance), v, self.rng))
            if answers[-1] == "no" or everywhere and answers == ["kink"]:
                return answers[-1]
            if answers[-1] == "yes" and (distance or not everywhere):
                return "yes"
        return "yes" if "yes" in answers else "unclear"

    def _suspects(self, findings):
        """Directions that decide whether to believe: a random one, and for each block that fails its worst column."""
        directions = self.claim.directions
        reaches = np.array([reach(self.claim.x, v) for v in directions])
        yield (self.rng.standard_normal(len(directions)) * reaches) @ directions
        for finding in findings:
            if finding.verdict == "FAILED":
                yield directions[self.blocks[finding.block][1].flat[finding.entry[1]]]
