"""First-order methods: two hundred steps are PyTorch's."""

import numpy as np
import pytest
from first_order_cases import PROBLEMS, each_problem, path
from laws import assert_close

from minnet.optim import Adadelta, Adagrad, Adam, AdamW, Clipped, GradientDescent, Momentum, NAdam, Nesterov, RMSProp


def pytorchs_path(make, f, x0, changing, cut=None):
    torch = pytest.importorskip("torch")
    x = torch.tensor(x0, requires_grad=True)
    optimizer, path = make(torch.optim, [x]), [x0]
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: changing(epoch + 1))
    for _ in range(200):
        x.grad = torch.tensor(f.gradient(x.detach().numpy()))
        if cut:
            cut(torch.nn.utils, x)
        optimizer.step()
        scheduler.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


SAME = [  # ours, theirs, whether steps are in proportion to g
    (GradientDescent, lambda o, x, lr: o.SGD(x, lr), True),
    (lambda lr: GradientDescent(lr, weight_decay=0.1), lambda o, x, lr: o.SGD(x, lr, weight_decay=0.1), True),
    (Momentum, lambda o, x, lr: o.SGD(x, lr, momentum=0.9), True),
    (
        lambda lr: Momentum(lr, 0.5, weight_decay=0.1),
        lambda o, x, lr: o.SGD(x, lr, momentum=0.5, weight_decay=0.1),
        True,
    ),
    (Nesterov, lambda o, x, lr: o.SGD(x, lr, momentum=0.9, nesterov=True), True),
    (
        lambda lr: Nesterov(lr, 0.5, weight_decay=0.1),
        lambda o, x, lr: o.SGD(x, lr, momentum=0.5, weight_decay=0.1, nesterov=True),
        True,
    ),
    (Adagrad, lambda o, x, lr: o.Adagrad(x, lr, eps=1e-7), False),
    (
        lambda lr: Adagrad(lr, eps=0.1, weight_decay=0.1),
        lambda o, x, lr: o.Adagrad(x, lr, eps=0.1, weight_decay=0.1),
        False,
    ),
    (Adadelta, lambda o, x, lr: o.Adadelta(x, lr), False),
    (
        lambda lr: Adadelta(lr, rho=0.5, eps=1e-3, weight_decay=0.1),
        lambda o, x, lr: o.Adadelta(x, lr, rho=0.5, eps=1e-3, weight_decay=0.1),
        False,
    ),
    (RMSProp, lambda o, x, lr: o.RMSprop(x, lr, eps=1e-7), False),
    (
        lambda lr: RMSProp(lr, beta=0.8, eps=1e-2, weight_decay=0.1),
        lambda o, x, lr: o.RMSprop(x, lr, alpha=0.8, eps=1e-2, weight_decay=0.1),
        False,
    ),
    (lambda lr: RMSProp(lr, momentum=0.9), lambda o, x, lr: o.RMSprop(x, lr, eps=1e-7, momentum=0.9), False),
    (Adam, lambda o, x, lr: o.Adam(x, lr, eps=1e-7), False),
    (
        lambda lr: Adam(lr, 0.8, 0.99, 1e-2, weight_decay=0.1),
        lambda o, x, lr: o.Adam(x, lr, betas=(0.8, 0.99), eps=1e-2, weight_decay=0.1),
        False,
    ),
    (AdamW, lambda o, x, lr: o.AdamW(x, lr, eps=1e-7), False),
    (
        lambda lr: AdamW(lr, 0.8, 0.99, 1e-2, weight_decay=0.3),
        lambda o, x, lr: o.AdamW(x, lr, betas=(0.8, 0.99), eps=1e-2, weight_decay=0.3),
        False,
    ),
    (NAdam, lambda o, x, lr: o.NAdam(x, lr, eps=1e-7), False),
    (
        lambda lr: NAdam(lr, 0.8, 0.99, 1e-2, momentum_decay=0.1, weight_decay=0.1),
        lambda o, x, lr: o.NAdam(x, lr, betas=(0.8, 0.99), eps=1e-2, momentum_decay=0.1, weight_decay=0.1),
        False,
    ),
]


def of(lr):
    return repr(lr(0.01) if callable(lr) else lr)


@pytest.fixture
def doubles():
    """PyTorch keeps some numbers of its own, NAdam's product of μ among them, in its default precision."""
    torch = pytest.importorskip("torch")
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@each_problem
@pytest.mark.parametrize("ours, theirs, in_proportion", SAME, ids=[of(ours) for ours, *_ in SAME])
def test_two_hundred_steps_are_pytorchs(ours, theirs, in_proportion, problem, doubles):
    f, x, lr = PROBLEMS[problem]
    lr = lr if in_proportion else 0.003
    for changing in (lambda t: 1.0, lambda t: 1 + 0.5 * np.cos(t)):
        reference = pytorchs_path(lambda o, x: theirs(o, x, lr), f, x, changing)
        assert np.isfinite(reference).all() and len(np.unique(reference[:, 0])) > 100
        assert_close(path(f, x, ours(lambda t: lr * changing(t))), reference, 1e-10)


@each_problem
@pytest.mark.parametrize(
    "bound, cut",
    [
        ({"max_norm": 0.3}, lambda u, x: u.clip_grad_norm_([x], 0.3)),
        ({"max_value": 0.2}, lambda u, x: u.clip_grad_value_([x], 0.2)),
    ],
    ids=["norm", "value"],
)
def test_two_hundred_clipped_steps_are_pytorchs(bound, cut, problem):
    f, x, lr = PROBLEMS[problem]
    reference = pytorchs_path(lambda o, x: o.SGD(x, lr, momentum=0.9, weight_decay=0.1), f, x, lambda t: 1.0, cut)
    assert_close(path(f, x, Clipped(Momentum(lr, weight_decay=0.1), **bound)), reference, 1e-10)
