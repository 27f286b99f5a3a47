"""First-order methods: the lecture's own lines with its defaults."""
import numpy as np
import pytest
from first_order_cases import PROBLEMS, each_problem, path
from laws import assert_close

from minnet.optim import Adagrad, Adam, Momentum, Nesterov, RMSProp


def lecture_momentum(g, x, eps, alpha=0.9):
    p = 0
    while True:
        p = alpha*p - eps*g(x)
        x = x + p
        yield x


def lecture_nesterov(g, x, eps, alpha=0.9):
    p = np.zeros_like(x)
    while True:
        p_old = p
        p = alpha*p - eps*g(x)
        x = x + p + alpha*(p-p_old)
        yield x


def lecture_adagrad(g, x, eps, nu=1e-7):
    a = 0
    while True:
        a = a + g(x)*g(x)
        x = x - eps * g(x) / (np.sqrt(a) + nu)
        yield x


def lecture_rmsprop(g, x, eps, beta=0.99, nu=1e-7):
    a = 0
    while True:
        a = beta * a + (1-beta) * g(x) * g(x)
        x = x - eps * g(x) / (np.sqrt(a + nu))
        yield x


def lecture_rmsprop_momentum(g, x, eps, alpha=0.9, beta=0.99, nu=1e-7):
    a = p = 0
    while True:
        a = beta * a + (1-beta) * g(x) * g(x)
        p = alpha * p - eps * g(x) / (np.sqrt(a) + nu)
        x = x + p
        yield x


def lecture_adam(g, x, eps, beta1=0.9, beta2=0.99, nu=1e-7):
    a = p = t = 0
    while True:
        t += 1
        p = beta1 * p + (1-beta1) * g(x)
        a = beta2 * a + (1-beta2) * g(x) * g(x)
        p_u = p / (1 - beta1**t)
        a_u = a / (1 - beta2**t)
        x = x - eps * p_u / (np.sqrt(a_u) + nu)
        yield x


@each_problem
@pytest.mark.parametrize("lines, method, in_proportion", [
    (lecture_momentum, Momentum, True), (lecture_nesterov, Nesterov, True), (lecture_adagrad, Adagrad, False),
    (lecture_rmsprop, lambda lr: RMSProp(lr, eps_inside=True), False),
    (lecture_rmsprop_momentum, lambda lr: RMSProp(lr, momentum=0.9), False),
    (lecture_adam, lambda lr: Adam(lr, beta2=0.99), False)])
def test_the_lectures_lines_with_its_defaults(lines, method, in_proportion, problem):
    f, x, lr = PROBLEMS[problem]
    lr = lr if in_proportion else 0.003
    loop = lines(f.gradient, x, lr)
    assert_close(path(f, x, method(lr), 100)[1:], np.array([next(loop) for _ in range(100)]), 1e-10)
