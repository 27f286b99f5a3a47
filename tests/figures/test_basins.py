"""The basins' two minima are equally deep, and runs end where theory lets them rest."""
import numpy as np
from pictures import drawn


def test_the_minima_are_stationary_and_equally_deep():
    data = drawn("basins").data
    values = [data["f"].value(x) for x in data["minima"].values()]
    assert abs(np.subtract(*values)) < 0.02
    assert all(np.linalg.norm(data["f"].gradient(x)) < 1e-7 for x in data["minima"].values())


def test_the_curvatures_of_the_caption_are_those_of_the_minima():
    """By differences of the exact gradient; the other hollow and the shift of the minimum change little."""
    picture = drawn("basins")
    f = picture.data["f"]
    for name, x in picture.data["minima"].items():
        H = np.array([(f.gradient(x + e) - f.gradient(x - e)) / 2e-5 for e in 1e-5 * np.eye(2)])
        assert abs(np.linalg.eigvalsh(H)[-1] / picture.numbers[name] - 1) < 0.15


def test_shares_are_those_of_the_ends():
    data = drawn("basins").data
    for name, ends in data["ends"].items():
        near = np.linalg.norm(ends - data["minima"]["flat"][:, None], axis=0) < 0.5
        assert near.mean() == data["share"][name]
    assert list(data["share"].values())[1] == 1
