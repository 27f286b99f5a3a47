"""The lecture's films: the runs end where the captions say, and what the lecture says judged over starts and rates."""
from importlib import import_module

import numpy as np
import pytest
from pictures import drawn

from minnet import minimize, problems
from minnet.gallery import catalogue

NAMES = [name for name in catalogue() if name[:3] in ("1gd", "2gd")]
surfaces = import_module("minnet._figures._surfaces")            # which is there once the catalogue is read
STAGES = ["gd", "gd+p", "gd+np", "adagrad", "rmsprop", "rmsprop+p", "adam"]
LAST = ["1gd_gd+p_gd+np_adagrad_rmsprop+p_adam", "2gd_gd+p_gd+np_adagrad_rmsprop+p_adam"]


def test_there_are_fourteen_under_the_lectures_names():
    assert len(NAMES) == 14 and set(NAMES) >= {"1gd", "2gd", "1gd_gd+p", "2gd_gd+p_gd+np",
                                               "1gd_gd+p_gd+np_adagrad_rmsprop", *LAST}


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
    arrived = {method: [np.linalg.norm(path[-1] - minimum) < 0.05 for path in runs]
               for method, runs in drawn(LAST[0]).data.items()}
    assert arrived.pop("rmsprop+p") == [True, True] and not any(both[1] for both in arrived.values())
    assert arrived["gd"] == [False, False]
    assert arrived["adagrad"] == arrived["rmsprop"] == arrived["adam"] == [True, False]


def test_what_the_lecture_says():
    claims = {name: drawn(name).claims for name in NAMES}
    assert sum(len(found) for found in claims.values()) == 13
    of_one_run = [claim for found in claims.values() for claim in found.values() if claim.share is None]
    assert len(of_one_run) == 6 and all("one run" in str(claim) for claim in of_one_run)


def test_which_minimum_is_found_is_a_matter_of_the_start():
    for name, sentence in (("2gd_gd+p", "momentum finds a local"), ("2gd_gd+p_gd+np_adagrad", "Adagrad proceeds")):
        claim, = (claim for text, claim in drawn(name).claims.items() if text.startswith(sentence))
        assert not claim and 0.2 < claim.share < 0.8 and claim.judged == "121 starts"


def test_gradient_descent_does_arrive_at_another_rate():
    (claim,), numbers = drawn("1gd").claims.values(), drawn("1gd").numbers
    assert not claim and 0 < claim.share < 1 and numbers["far_arriving"] == "none" and 1000 < numbers["best_steps"] < 3000


# --- many starts in one run -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("surface", ["1", "2"])
def test_the_function_of_many_copies_is_the_sum_over_the_starts(surface):
    points, f = np.random.default_rng(0).normal(size=(5, 2)), surfaces.SURFACES[surface]
    F = surfaces.copies(surface, 5)
    assert F.value(points.ravel()) == pytest.approx(sum(f.value(x) for x in points), rel=1e-12)
    assert np.allclose(F.gradient(points.ravel()), np.concatenate([f.gradient(x) for x in points]), rtol=1e-12)


@pytest.mark.parametrize("name", STAGES)
def test_a_run_of_many_copies_is_a_run_from_each_start(name):
    starts, method = [(2.9, 1.5), (-1.0, -2.0)], surfaces.METHODS["2"][name]
    together = surfaces.arrivals("2", starts, method, [surfaces.LOWEST, surfaces.LOCAL], steps=400)
    for start, counts in zip(starts, together.T):
        path = minimize(surfaces.SURFACES["2"], start, method, max_iter=400, gtol=0, record=["x"]).history["x"]
        ends = (surfaces.LOWEST, surfaces.LOCAL)
        assert [surfaces.arrival(path, minimum, 400) for minimum in ends] == counts.tolist()
