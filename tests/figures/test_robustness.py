"""The rates at which each method trains."""
import numpy as np
from pictures import drawn


def test_widths_are_counted_at_the_bound():
    data = drawn("robustness").data
    for name, median in data["medians"].items():
        assert data["width"][name] == (median <= data["bound"]).sum() and len(median) == len(data["rates"])
    assert data["medians"]["gradient descent"].argmin() > data["medians"]["RMSProp"].argmin()


def test_the_decays_are_those_of_the_best_rate():
    data = drawn("robustness").data
    assert np.isclose(data["decays"][2, 2], data["medians"]["Adam"].min(), rtol=0.2)       # Adam's own β₁ and β₂
