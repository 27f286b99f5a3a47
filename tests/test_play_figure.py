"""The playground as a figure: what a mouse does to it, without a window."""

from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.backend_bases import MouseEvent
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from minnet import minimize
from minnet.play import NetworkSettings, Settings, race_room, show
from minnet.play.contestants import CONTESTANTS
from minnet.play.controls import PALE
from minnet.play.playground import Playground
from minnet.play.race_drawing import LOOKS
from minnet.play.running import GTOL
from minnet.play.stage import blank
from minnet.play.surfaces import SURFACES
from minnet.plotting import look_of
from minnet.plotting.animations import has_ffmpeg


@pytest.fixture(scope="module")
def figure():
    """A playground that nobody draws, for that takes longer than all the rest."""
    fig = blank()
    fig.canvas.draw_idle = lambda: None
    playground = Playground(fig)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(race_room, "FRAME", np.inf)  # however slow the machine, a frame computes all that it should
        yield playground
    playground.close()


@pytest.fixture
def room(figure):
    room = figure.room
    room.number, room.code, room.said = -1, "", ""
    room.settings = Settings()
    room._show_settings()
    room.reset()
    return room


def click(room, ax, x, y, coordinates="data"):
    """Press and release the mouse at a point of the axes."""
    transform = ax.transData if coordinates == "data" else ax.transAxes
    at = transform.transform((x, y))
    for kind in ("button_press_event", "button_release_event"):
        canvas = room.fig.canvas
        canvas.callbacks.process(kind, MouseEvent(kind, canvas, *at, 1))


def press(room, name):
    click(room, room.buttons[name].ax, 0.5, 0.5, "axes")


def choose(room, widget, word):
    (label,) = [label for label in widget.labels if label.get_text() == word]
    click(room, widget.ax, 0.15, label.get_position()[1], "axes")


def drawn(room, name, what="trail"):
    return np.column_stack(room.drawing.artists[name][what].get_data())


def test_a_click_sets_the_start_and_the_drawn_paths_are_those_of_minimize(figure, room):
    click(room, room.drawing.map, 1.0, 1.5)
    assert_allclose(room.settings.start, (1.0, 1.5), atol=0.05)
    press(room, "play")
    for _ in range(12):
        figure.frame()
    assert room.race.budget == 12
    for name, run in room.race.runs.items():
        result = minimize(room.race.f, room.settings.start, run.method, max_iter=run.state.nit, gtol=GTOL,
                          record=["x"])
        assert_array_equal(drawn(room, name), result.history["x"])
        assert_array_equal(drawn(room, name, "norm")[:, 1], result.history["gradient_norm"])


def test_play_pause_step_and_reset(figure, room):
    press(room, "play")
    assert room.playing and room.buttons["play"].label.get_text() == "pause"
    figure.frame()
    press(room, "play")
    before = room.race.budget
    figure.frame()
    assert before == room.race.budget > 0 and not room.busy
    press(room, "step")
    assert room.race.budget > before
    press(room, "reset")
    assert room.race.budget == 0 and len(drawn(room, "BFGS")) == 1


def test_boxes_and_radio_buttons(room):
    choose(room, room.methods, "Newton")
    choose(room, room.methods, "momentum")
    assert [*room.race.runs] == ["gradient descent", "Newton", "BFGS", "trust region"]
    assert not len(drawn(room, "momentum")) and len(drawn(room, "Newton"))
    choose(room, room.surfaces, "Himmelblau")
    assert room.race.f.name == "Himmelblau" and room.settings.start is None
    assert room.drawing.map.get_xlim()[1] > 6


def test_a_slider_runs_the_race_again_to_where_it_was(room):
    for _ in range(8):
        room.step()
    budget, path = room.race.budget, drawn(room, "gradient descent")
    room.sliders["lr"].set_val(-4)
    assert room.settings.lr == pytest.approx(1e-4) and room.race.budget == budget
    assert not np.array_equal(drawn(room, "gradient descent")[1], path[1])
    assert_array_equal(drawn(room, "BFGS"), room.race.runs["BFGS"].points)


def test_the_model_signs_and_region_are_drawn_at_the_heads(room):
    press(room, "step")
    assert room.focus == "trust region" and len(room.drawing.circle.get_xdata()) > 60
    signs = [text.get_text() for text in room.drawing.artists["BFGS"]["signs"]]
    lam = np.linalg.eigvalsh(room.race.f.hessian(room.race.runs["BFGS"].x))
    assert signs == ["+" if value > 0 else "−" for value in lam]
    click(room, room.drawing.table, 0.1, 1.5)
    assert room.focus == "gradient descent" and not len(room.drawing.circle.get_xdata())
    assert_array_equal(drawn(room, "momentum", "step")[0], room.race.runs["gradient descent"].x)


def test_a_question_begins_is_answered_and_the_controls_show_it(figure, room):
    press(room, "question ▸")
    assert room.surfaces.value_selected == "Himmelblau" and sum(room.methods.get_status()) == 1
    assert "Question 1 of 10" in room.question.get_text() and not room.answer.solved
    click(room, room.drawing.map, 0.1, 2.5)
    press(room, "play")
    while room.busy:
        figure.frame()
    assert room.answer.solved and room.verdict.get_text().strip().startswith("✓ Solved")


def test_python_is_shown_and_hidden(room):
    press(room, "Python")
    assert room.listing.get_visible() and "from minnet import minimize" in room.listing.get_text()
    press(room, "Python")
    assert not room.listing.get_visible()


@pytest.mark.slow
def test_no_frame_computes_for_more_than_fifty_milliseconds(figure, room):
    """On every surface with every method: the fastest of three runs of each frame, for others use this machine too."""
    def frames(name):
        room._set(Settings(name, methods=tuple(CONTESTANTS)))
        room.speed, room.playing, seconds = 10.0, True, []
        for _ in range(25):
            room.slowest = 0.0
            figure.frame()
            seconds.append(room.slowest)
        return seconds

    slowest = {name: max(np.min([frames(name) for _ in range(3)], axis=0)) for name in SURFACES}
    assert max(slowest.values()) < 0.05, slowest


def test_saving_says_what_is_written_and_what_is_lacking(monkeypatch, tmp_path):
    from minnet.play import saving

    monkeypatch.setattr(saving.plotting, "animate", lambda f, runs, frames: "film")
    monkeypatch.setattr(saving.plotting, "frames", lambda film: [film])
    monkeypatch.setattr(saving.plotting, "save_animation", lambda images, path: path.write_bytes(b""))
    fig, settings = blank(), Settings("saddle", methods=("Newton",))
    race = settings.race()
    assert saving.save_race(fig, settings, race, tmp_path).endswith("No film before the first step.")
    race.step()
    new = tmp_path / "new"
    for there, ending in ((False, "No mp4: ffmpeg is not installed."), (True, f"race-3.mp4 to {new}.")):
        monkeypatch.setattr(saving, "has_ffmpeg", lambda there=there: there)
        assert saving.save_race(fig, settings, race, new).endswith(ending)
        if not there:
            (new / "race-2.py").symlink_to(__file__)           # somebody's, which stays like all that is there
    assert sorted(path.name for path in new.iterdir()) == [
        "race-2.py", *(f"race-3.{kind}" for kind in ("gif", "mp4", "png", "py")), "race.gif", "race.png", "race.py"]


@pytest.mark.slow
@pytest.mark.parametrize("settings, name", [(Settings("saddle", methods=("Newton",)), "race"),
                                            (NetworkSettings("xor"), "training")])
def test_saving_writes_picture_film_and_python(tmp_path, settings, name):
    playground = Playground(blank(), settings, tmp_path / "new")
    playground.room.step()
    playground.room.save()
    kinds = ["gif", "mp4", "png", "py"] if has_ffmpeg() else ["gif", "png", "py"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [f"{name}.{kind}" for kind in kinds]
    assert f"{name}.gif" in playground.room.words.get_text()
    with Image.open(tmp_path / "new" / f"{name}.gif") as film:
        assert film.n_frames > 1
    playground.close()


def test_a_folder_that_cannot_be_written_is_said(room, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(room, "out", tmp_path / "file")
    press(room, "save")
    assert room.words.get_text().replace("\n", " ").count("Nothing is saved: ") == 1


def test_each_contestant_has_its_own_look():
    looks = [(LOOKS[name]["color"], LOOKS[name]["linestyle"], LOOKS[name]["marker"]) for name in CONTESTANTS]
    for one, other in combinations(looks, 2):
        assert one[0] != other[0] or (one[1] != other[1] and one[2] != other[2])
    assert {name: look["color"] for name, look in LOOKS.items()} == {name: look_of(name)["color"] for name in LOOKS}


def test_a_slider_without_effect_is_pale(room):
    colours = lambda: {name: slider.label.get_color() for name, slider in room.sliders.items()}
    assert colours() == {"lr": "black", "momentum": "black", "damping": PALE, "kappa": PALE, "speed": "black"}
    choose(room, room.methods, "Newton")
    choose(room, room.surfaces, "tilted quadratic")
    assert colours()["damping"] == colours()["kappa"] == "black"


@pytest.mark.slow
@pytest.mark.parametrize("settings", [Settings("Himmelblau", methods=tuple(CONTESTANTS)), NetworkSettings("two_moons")])
def test_no_two_texts_overlap_and_none_leaves_the_page(settings, monkeypatch):
    """With all methods in the race, a question and long sentences."""
    playground = Playground(blank(), settings)
    room = playground.room
    if isinstance(settings, Settings):
        room.number = 3
        room.race.advance(15)
    else:
        room.training.advance(15)
    room.said = "Wrote race.png, race.py, race.gif to minnet-out. No mp4: ffmpeg is not installed."
    room.refresh()
    room.fig.moving = []            # so that all is drawn
    drawn, draw = [], Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, renderer: (drawn.append(text), draw(text, renderer)))
    room.fig.canvas.draw()
    renderer, page = room.fig.canvas.get_renderer(), room.fig.bbox
    signs = [sign for artists in getattr(room.drawing, "artists", {}).values() for sign in artists["signs"]]
    shown = {text for text in drawn if text.get_visible() and text not in signs}
    boxes = [(text.get_text(), box) for text in shown if (box := text.get_window_extent(renderer)).width]
    assert len(boxes) > 60
    for words, box in boxes:
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, words
    for (words, one), (others, other) in combinations(boxes, 2):
        assert Bbox.intersection(one.padded(-1), other.padded(-1)) is None, (words, others)
    playground.close()


def test_without_a_window_a_line_says_what_to_do():
    assert matplotlib.get_backend().lower() == "agg"
    with pytest.raises(ValueError, match="s agg opens no window; expected a desktop with Tk or Qt, or --browser"):
        show()


BACKEND = """
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
class Manager(FigureManagerBase):
    shown = []
    @classmethod
    def pyplot_show(cls, *, block=None):
        cls.shown.append(block)
class FigureCanvas(FigureCanvasAgg):
    manager_class = Manager
    def draw_idle(self):
        pass
"""


@pytest.fixture
def interactive(tmp_path, monkeypatch):
    """A backend that opens windows, though nobody sees them."""
    import matplotlib.pyplot as plt

    (tmp_path / "play_backend.py").write_text(BACKEND)
    monkeypatch.syspath_prepend(tmp_path)
    plt.switch_backend("module://play_backend")
    yield plt
    plt.close("all")
    plt.switch_backend("agg")


def test_any_window_shows_the_same_figure(interactive, figure, room):
    import play_backend

    playground = show()
    looks = lambda fig: [(ax.get_position().bounds, [text.get_text() for text in ax.texts]) for ax in fig.axes]
    assert looks(playground.fig) == looks(figure.fig) and len(looks(figure.fig)) > 15
    assert type(playground.fig.canvas) is play_backend.FigureCanvas and play_backend.Manager.shown == [False]
    press(playground.room, "step")
    assert playground.room.race.budget > 0
    interactive.close(playground.fig)


def test_a_toolkit_that_is_missing_is_one_line(interactive, monkeypatch):
    def figure(*name, **how):
        raise ImportError("cannot find a screen\nand more")

    monkeypatch.setattr(interactive, "figure", figure)
    with pytest.raises(ValueError, match=r"^no window opens \(cannot find a screen\); expected a desktop, or --b"):
        show()
