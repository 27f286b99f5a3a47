"""The first matrix: γI makes L-BFGS free of units, I does not."""
from pictures import drawn


def test_units():
    by_unit = drawn("first_matrix").data["by_unit"]
    assert by_unit["from γI"].max() < 2 * by_unit["from γI"].min()
    assert by_unit["from I"].max() > 1.8 * by_unit["from I"].min()
