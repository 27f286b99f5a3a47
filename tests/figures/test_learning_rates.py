"""The learning rate's paths end where the caption says."""
import numpy as np
from pictures import drawn


def test_the_paths_end_where_the_caption_says():
    picture = drawn("learning_rates")
    small, best, edge, large = picture.data["paths"].values()
    assert np.linalg.norm(best[-1]) < 1e-4 < np.linalg.norm(edge[-1]) < 1 < np.linalg.norm(small[-1]) < 4 < np.linalg.norm(large[-1])
    assert (np.diff(np.sign(edge[:, 1])) != 0).all() and (np.diff(np.sign(small[:, 1])) == 0).all()
