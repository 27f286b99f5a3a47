"""The autoencoder's table: what the benchmark wrote, and the caption's numbers from it."""
import numpy as np
import pytest
from pictures import drawn


def test_errors_fall_with_time_from_one_start():
    tables = drawn("autoencoder").data
    for table in tables.values():
        assert (np.diff(table[:, 0]) > 0).all() and (np.diff(table[:, 1]) > 0).all() and len(table) > 10
        assert table[0, 2] == pytest.approx(285.72, abs=0.01) and table[-1, 2] < 0.05 * table[0, 2]
    assert len({round(table[-1,
                            0] / 20) for table in tables.values()}) == 1                      # the same time for all


def test_the_caption_compares_at_the_end():
    picture = drawn("autoencoder")
    hf, adam = picture.data["hessianfree"], picture.data["adam"]
    seconds = picture.numbers["same"] / 100 * adam[-1, 0]
    assert np.interp(seconds, hf[:, 0], hf[:, 2]) == pytest.approx(adam[-1, 2], rel=0.2) and hf[-1, 2] < adam[-1, 2]
