"""A stage draws what moves, and shows what stands still, too."""
import numpy as np
import pytest
from matplotlib.axes import Axes
from numpy.testing import assert_array_equal

from minnet.play.stage import blank


@pytest.fixture
def stage():
    fig = blank()
    fig.set_size_inches(2, 1)
    still, moving = (fig.add_axes((left, 0, 0.5, 1)) for left in (0, 0.5))
    fig.moving = [moving]
    fig.canvas.draw()
    return fig, still, moving


def drawn(fig, monkeypatch):
    """The axes that the next frame draws, which is as if all were drawn."""
    axes, draw = [], Axes.draw
    with monkeypatch.context() as patch:
        patch.setattr(Axes, "draw", lambda ax, renderer: (axes.append(ax), draw(ax, renderer)))
        fig.canvas.draw()
    picture, fig.moving, moving = np.array(fig.canvas.buffer_rgba()), [], fig.moving
    fig.canvas.draw()
    assert_array_equal(picture, fig.canvas.buffer_rgba())
    fig.moving = moving
    fig.canvas.draw()
    return axes


def test_a_frame_draws_what_moves(stage, monkeypatch):
    fig, _, moving = stage
    assert drawn(fig, monkeypatch) == [moving]
    moving.plot([0, 1], [0, 1])
    assert drawn(fig, monkeypatch) == [moving]


@pytest.mark.parametrize("change", [
    lambda fig, still: still.plot([0, 1], [0, 1]), lambda fig, still: still.set_facecolor("red"),
    lambda fig, still: fig.text(0.1, 0.1, "words"), lambda fig, still: fig.set_dpi(50),
])
def test_a_change_elsewhere_draws_all(stage, monkeypatch, change):
    fig, still, moving = stage
    change(fig, still)
    assert drawn(fig, monkeypatch) == [still, moving]


def test_a_file_has_all_and_the_next_frame_too(stage, monkeypatch, tmp_path):
    fig, still, moving = stage
    still.set_facecolor("red")
    fig.savefig(tmp_path / "stage.png")
    assert drawn(fig, monkeypatch) == [still, moving]
