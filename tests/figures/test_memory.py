"""The numbers that methods keep grow as the lines say, and a smaller memory of L-BFGS keeps less."""
import numpy as np
import pytest
from pictures import drawn


@pytest.mark.parametrize("name, order, "
                         "constant", [("BFGS", 2, 0), ("Hessian", 2, 0), ("L-BFGS", 1, 20**2), ("Adam", 1, 0),
                                                   ("Hessian-free", 1, 0)])
def test_the_counted_states_grow_with_that_power_of_n(name, order, constant):
    data = drawn("memory").data
    slope = np.polyfit(np.log(data["sizes"][-3:]), np.log(data["kept"][name][-3:] - constant), 1)[0]
    assert abs(slope - order) < 0.05


def test_the_caption_gives_the_bytes_at_the_counted_network_of_thirteen_parameters():
    picture = drawn("memory")
    at = picture.data["sizes"].tolist().index(13)
    assert picture.data["kept"]["Hessian"][at] == picture.numbers["small"] == 169
    assert abs(picture.data["kept"]["L-BFGS"][at] - picture.numbers["small_lbfgs"]) <= 4
    assert picture.data["kept"]["BFGS"][at] < picture.data["kept"]["L-BFGS"][at]
    assert f"{picture.numbers['lbfgs']:.0f} {picture.numbers['free']:.1f}" == "153 3.8"
