"""Orders of the remainder: three for the Hessian alone, and in every direction two for BFGS's matrix."""
from pictures import drawn


def test_orders():
    data = drawn("remainder").data
    assert abs(data["orders"]["the Hessian"] - 3) < 0.1
    assert all(abs(data["orders"][name] - 2) < 0.15 for name in ("BFGS's matrix", "the identity", "no matrix"))
