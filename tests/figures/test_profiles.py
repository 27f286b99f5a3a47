"""The profiles are what their definitions say of the costs."""
import numpy as np
from pictures import drawn

from minnet import minimize
from minnet.optim import BFGS
from minnet.problems import more_garbow_hillstrom


def test_ratios_are_at_least_one_and_one_somewhere():
    data = drawn("profiles").data
    ratios = np.array(list(data["ratios"].values()))
    assert (ratios.min(0) == 1).all() and (np.isinf(ratios) == np.isinf(list(data["costs"].values()))).all()


def test_the_cost_of_bfgs_is_what_a_run_of_its_own_counts():
    costs = drawn("profiles").data["costs"]["BFGS"]
    for cost, f in zip(costs[:4], more_garbow_hillstrom()[::4]):
        run = minimize(f, f.starts[0], BFGS(), gtol=0, max_iter=300).history
        reached = run["value"] <= run["value"].min() + 1e-6 * (run["value"][0] - run["value"].min())
        assert cost == max(run["nfev"][reached.argmax()], run["njev"][reached.argmax()])


def test_a_first_order_method_solves_fewer():
    picture = drawn("profiles")
    assert picture.numbers["gd"] < picture.numbers["newton_cg"] and picture.numbers["gd"] < picture.numbers["bfgs"]
