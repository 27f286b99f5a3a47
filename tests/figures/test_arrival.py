"""Arrival over learning rates, and the landscape in three dimensions."""
import numpy as np
from pictures import drawn

from minnet import minimize, problems
from minnet.optim import Adam


def test_the_counts_are_those_of_the_runs():
    rates, counts = drawn("arrival").data["found"]["2"]["adam"]
    f, count = problems.lecture_surface(), counts[2, 1, 0]
    path = minimize(f, [2.9, 1.5], Adam(rates[2], beta2=0.99), max_iter=3500, gtol=1e-6, record=["x"]).history["x"]
    away = np.linalg.norm(path - f.minima[0][0], axis=1) > 0.05
    assert away[int(count) - 1] and not away[int(count):].any()


def test_steps_fall_with_the_rate_while_it_is_small():
    for series in drawn("arrival").data["found"].values():
        for name in ("rmsprop", "adam"):
            _, counts = series[name]
            assert counts[1, 1, 0] < counts[0, 1, 0]


def test_who_is_first_is_not_one_method():
    claims = drawn("arrival").claims
    assert len(claims) == 2 and not any(claims.values()) and all(0 <= claim.share < 1 for claim in claims.values())


def test_the_landscape_has_three_runs_in_each_hollow():
    (lowest, _), (local, _) = problems.lecture_surface().minima
    ends = [path[-1] for path in drawn("landscape").data.values()]
    assert sum(np.linalg.norm(end - lowest) < 1e-3 for end in ends) == sum(np.linalg.norm(end - local) < 1e-3
                                                                           for end in ends) == 3
