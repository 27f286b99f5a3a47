"""The learning rate's paths end where the caption says."""
import numpy as np
from pictures import drawn


def test_the_paths_end_where_the_caption_says():
    picture = drawn("learning_rates")
    small, best, edge, large = picture.data["paths"].values()
    ends = [np.linalg.norm(path[-1]) for path in (best, edge, small, large)]
    assert ends[0] < 1e-4 < ends[1] < 1 < ends[2] < 4 < ends[3]
    assert (np.diff(np.sign(edge[:, 1])) != 0).all() and (np.diff(np.sign(small[:, 1])) == 0).all()
