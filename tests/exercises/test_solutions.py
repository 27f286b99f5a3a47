"""Every checker accepts the solution and three right variants, and refuses five wrong answers, with help.

The whole table is printed by: pytest tests/exercises/test_solutions.py -m slow -s
"""

from dataclasses import replace
from importlib import import_module

import pytest

from minnet.exercises import catalogue, find

SOLUTIONS = {
    name: answers
    for notebook, title in catalogue.NOTEBOOKS.items()
    for name, answers in import_module(f"solutions.s{notebook}_{title}").SOLUTIONS.items()
}


NAMES = sorted(name for name in catalogue.names() if name[:2].isdigit())


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_accepted(name):
    exercise = replace(find(name), mistakes=[], examples=8)
    assert exercise.audit(SOLUTIONS[name][0][:1]).startswith("accepted")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_right_answers_are_accepted_and_wrong_ones_refused(name):
    right, wrong = SOLUTIONS[name]
    exercise = find(name)
    table = exercise.audit(right, wrong)
    print(f"\n{name}\n{table}")
    outcomes = [row.split()[0] for row in table.splitlines()]
    assert outcomes.count("accepted") >= 4 and outcomes.count("refused") >= 5
    assert all(len(row.split(maxsplit=2)[-1]) > 15 for row in table.splitlines() if row.startswith("refused"))
