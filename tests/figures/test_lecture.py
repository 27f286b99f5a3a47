"""The lecture's films: the runs end where the captions say, and what the lecture says is judged on the runs that are drawn."""
import numpy as np
import pytest
from pictures import drawn

from minnet import problems
from minnet.gallery import catalogue

NAMES = [name for name in catalogue() if name[:3] in ("1gd", "2gd")]
STAGES = ["gd", "gd+p", "gd+np", "adagrad", "rmsprop", "rmsprop+p", "adam"]
LAST = ["1gd_gd+p_gd+np_adagrad_rmsprop+p_adam", "2gd_gd+p_gd+np_adagrad_rmsprop+p_adam"]


def test_there_are_fourteen_under_the_lectures_names():
    assert len(NAMES) == 14 and set(NAMES) >= {"1gd", "2gd", "1gd_gd+p", "2gd_gd+p_gd+np", "1gd_gd+p_gd+np_adagrad_rmsprop", *LAST}


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_adds_one_optimiser_and_keeps_to_ten_thousand_steps(name):
    paths = drawn(name).data
    assert list(paths) == STAGES[:len(paths)] and len(paths) == NAMES.index(name) // 2 + 1
    for runs in paths.values():
        assert len(runs) == (2 if name[0] == "1" else 1) and all(len(path) <= 10_001 for path in runs)
        starts = [(2, -2), (-3, 3)] if name[0] == "1" else [(2.9, 1.5)]
        assert [tuple(path[0]) for path in runs] == starts


def test_on_the_second_surface_every_run_ends_in_the_minimum_that_its_caption_names():
    (lowest, _), (local, _) = problems.lecture_surface().minima
    for method, (path,) in drawn(LAST[1]).data.items():
        end = local if method in ("gd", "gd+p", "gd+np") else lowest
        assert np.linalg.norm(path[-1] - end) < 1e-4


def test_on_beales_function_momentum_with_rmsprop_alone_arrives_from_both_starts():
    minimum = problems.beale().minima[0][0]
    arrived = {method: [np.linalg.norm(path[-1] - minimum) < 0.05 for path in runs] for method, runs in drawn(LAST[0]).data.items()}
    assert arrived.pop("rmsprop+p") == [True, True] and not any(both[1] for both in arrived.values())
    assert arrived["adagrad"] == arrived["rmsprop"] == arrived["adam"] == [True, False] and arrived["gd"] == [False, False]


def test_what_the_lecture_says():
    claims = {name: drawn(name).claims for name in NAMES}
    assert sum(len(found) for found in claims.values()) == 11
    false = [sentence for found in claims.values() for sentence, true in found.items() if not true]
    assert false == ["Adam is just slightly slower than RMSProp"] and not claims[LAST[1]][false[0]]
