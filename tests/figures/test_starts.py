"""Statistics over starts: mirror shares, and the lecture's own start where its two methods part."""
import numpy as np
from pictures import drawn

from minnet import minimize, problems
from minnet.optim import Adagrad, Momentum


def test_a_start_of_the_map_ends_where_a_run_from_it_does():
    reached, (lowest, _) = drawn("starts").data["reached"], problems.lecture_surface().minima
    axes = [np.linspace(*ends, 15) for ends in problems.lecture_surface().bounds]
    starts = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    for name, method in (("gd+p", Momentum(0.01)), ("adagrad", Adagrad(0.1))):
        for number in (40, 110, 180):
            run = minimize(problems.lecture_surface(), starts[number], method, max_iter=3000, gtol=1e-6)
            assert reached[name][0, number] == (np.linalg.norm(run.x - lowest[0]) < 0.05)


def test_the_claims_about_a_method_are_claims_about_a_start():
    claims = drawn("starts").claims
    assert not any(claims.values()) and all(0 < claim.share < 1 for claim in claims.values())
