"""Each challenge of the playground accepts a right answer and rejects wrong ones."""

from dataclasses import replace

import pytest

from minnet.play.challenges import CHALLENGES, Attempt

NAMES = ("saddle", "maximum", "diverge", "momentum", "one step", "ends at a saddle", "Catch", "two different", "factor",
         "best learning rate")


def challenge(word):
    (found,) = [one for one in CHALLENGES if NAMES[CHALLENGES.index(one)] == word]
    return found


def attempts(word, *changes, evaluations=5000):
    """Races of the challenge's settings with these changes, one after the other."""
    tried = []
    for change in changes:
        settings = replace(challenge(word).settings, **change)
        race = settings.race()
        race.advance(evaluations)
        tried.append(Attempt(settings, race))
    return tried


GD = ("gradient descent",)
RIGHT = [
    ("saddle", [{"start": (0.1, 2.5)}]),
    ("maximum", [{"start": (-0.3, -0.9)}]),
    ("diverge", [{"lr": 0.5}, {"lr": 0.05}]),
    ("momentum", [{"start": (0.2, 3.8), "lr": 0.05, "momentum": 0.95}]),
    ("one step", [{"surface": "tilted quadratic"}]),
    ("ends at a saddle", [{"start": (1.0, 0.0)}]),
    ("Catch", [{"start": (0.1, 2.5)}]),
    ("two different", [{"start": (-0.2, -0.8)}]),
    ("factor", [{"lr": 0.02, "momentum": 0.7}]),
    ("best learning rate", [{"lr": 2 / 21}]),
]
WRONG = [
    ("saddle", [{"start": (3.0, 3.0)}], "eigenvalues are"),
    ("saddle", [{"methods": GD}], "Tick Newton"),
    ("maximum", [{"start": (0.1, 2.5)}], "both negative"),
    ("diverge", [{"lr": 0.05}], "First make it diverge"),
    ("diverge", [{"lr": 0.5}], "Now mend it"),
    ("diverge", [{"lr": 0.5}, {"lr": 0.05, "start": (1.0, 1.0)}], "First make it diverge"),
    ("momentum", [{"start": (0.6, -1.0)}], "even a slow descent"),
    ("momentum", [{"start": (2.9, 1.5)}], "rests at the value"),
    ("momentum", [{"methods": ("momentum", "BFGS")}], "nothing else"),
    ("one step", [{}], "steps"),
    ("ends at a saddle", [{"start": (1.0, 0.1)}], "not come to rest"),
    ("Catch", [{"start": (3.0, 3.0)}], "Wanted"),
    ("two different", [{"start": (3.1, 2.1)}], "no two at different"),
    ("factor", [{"lr": 0.02, "momentum": 0.0}], "Momentum took"),
    ("factor", [{"kappa": 20.0, "lr": 0.05, "momentum": 0.7}], "at least 50"),
    ("factor", [{"lr": 0.05, "momentum": 0.8}], "too easy"),
    ("best learning rate", [{"lr": 0.02}], "are enough"),
]


def test_there_are_ten():
    assert len(CHALLENGES) == len(NAMES) == 10 and len({one.question for one in CHALLENGES}) == 10


@pytest.mark.parametrize("word, changes", RIGHT)
def test_a_right_answer_is_accepted(word, changes):
    answer = challenge(word).check(attempts(word, *changes))
    assert answer.solved, answer.words


@pytest.mark.parametrize("word, changes, why", WRONG)
def test_a_wrong_answer_is_rejected(word, changes, why):
    answer = challenge(word).check(attempts(word, *changes))
    assert not answer.solved and why in answer.words, answer.words


@pytest.mark.parametrize("number", range(10))
def test_no_question_is_answered_where_it_begins(number):
    one = CHALLENGES[number]
    assert not one.check([Attempt(one.settings, one.settings.race())]).solved
