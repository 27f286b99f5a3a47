"""The table of the sources' claims: it is complete, and each place that it names exists."""

import re
from functools import cache
from pathlib import Path

import pytest

from minnet.gallery import catalogue

TESTS = Path(__file__).parents[1]
TUTORIALS = TESTS.parent / "tutorials"
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in (TUTORIALS / "claims.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| S\d-", line)
]
NUMBERS = {"S0": 26, "S1": 39, "S2": 45}


@cache
def headings():
    """{number of a tutorial: its headings}."""
    return {
        source.name[:2]: set(re.findall(r"^# ##+ (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE))
        for source in TUTORIALS.glob("[0-9][0-9]_*.py")
    }


@cache
def functions():
    """All (file, function) under tests/."""
    return {
        (path.name, name)
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


@cache
def pictures():
    """The names of `minnet figures`."""
    return set(catalogue())


def missing(where):
    """The places of a cell that do not exist."""
    known = {
        r"(\d\d) \*(.+)\*": lambda number, heading: heading in headings().get(number, ()),
        r"figure `(.+)`": lambda name: name in pictures(),
        r"test `(.+)::(.+)`": lambda path, name: (path, name) in functions(),
    }
    found = lambda place: any(
        (match := re.fullmatch(pattern, place)) and exists(*match.groups()) for pattern, exists in known.items()
    )
    return [place for place in where.split("; ") if not found(place)]


def test_there_is_a_row_for_each_claim():
    assert [row[0] for row in ROWS] == [
        f"{source}-{k}" for source, number in NUMBERS.items() for k in range(1, number + 1)
    ]
    assert all(len(row) == 5 and all(row) for row in ROWS)
    assert f"{len(ROWS)} of them" in (TUTORIALS / "README.md").read_text(encoding="utf-8")


def test_every_place_exists():
    assert missing("; ".join(where for *_, where in ROWS)) == []


@pytest.mark.parametrize(
    "place", ["03 *A heading that is not there*", "figure `nothing`", "test `test_claims.py::test_nothing`", "to do"]
)
def test_a_place_that_does_not_exist_is_found(place):
    assert missing(f"05 *The crash*; {place}") == [place]
