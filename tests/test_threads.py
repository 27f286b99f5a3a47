"""One thread of BLAS for small dense methods, and the limit given back."""
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from runs import BOWL, START
from threadpoolctl import threadpool_info, threadpool_limits

from minnet import MLP, Objective, minimize
from minnet.linalg.threads import one_thread_if_small
from minnet.optim import LBFGS, Newton


def threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads():
    with threadpool_limits(2, "blas"):
        if threads() != {2}:
            pytest.skip("this BLAS has one thread")
        yield
        assert threads() == {2}


def test_small_problems_run_on_one_thread_and_large_ones_on_all():
    for n, examples, expected in ((10, 1, 1), (500, 1000, 1), (5000, 1, 2), (100, 10**7, 2)):
        with one_thread_if_small(n, examples):
            assert threads() == {expected}


def test_the_limit_is_given_back_where_the_block_fails():
    with pytest.raises(RuntimeError), one_thread_if_small(10):
        raise RuntimeError


@pytest.mark.parametrize("method, expected", [(Newton(), 1), (LBFGS(), 2)])
def test_a_run_of_a_dense_method_has_the_limit(method, expected):
    seen = []
    minimize(BOWL, START, method, callback=lambda point: seen.append(threads()))
    assert all(at == {expected} for at in seen) and seen


def test_blocks_inside_and_beside_each_other():
    """One of them sets the limit and takes it back."""
    entered, leave = threading.Event(), threading.Event()

    def beside():
        with one_thread_if_small(10):
            entered.set()
            leave.wait(30)

    with one_thread_if_small(10):
        thread = threading.Thread(target=beside)
        thread.start()
        assert entered.wait(30)
        with one_thread_if_small(10):
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == {2}
    leave.set()
    thread.join()
    with one_thread_if_small(10):
        assert threads() == {1}


def test_what_threads_of_an_executor_compute_is_computed_on_one_blas_thread():
    net = MLP([2, 3])
    with ThreadPoolExecutor(2) as executor:
        f = Objective(net, np.ones((8, 2)), np.zeros((8, 3)), chunk=2, executor=executor)
        theta = net.init(rng=0)
        assert all(seen == {1} for seen in f._each(lambda p: threads(), theta))
        assert f._sum(lambda p: max(threads()), theta) == 4
