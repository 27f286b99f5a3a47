"""Pictures: what is drawn is what was given, in one style, to the same bytes, whatever the data."""
from itertools import combinations
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from laws import refuses
from matplotlib.image import imread
from matplotlib.text import Text
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLPClassifier, datasets, minimize, plotting, problems
from minnet.curvature import density
from minnet.estimators.regularisation import Choice
from minnet.optim import LBFGS, Newton
from minnet.optim.names import methods_by_name
from minnet.race import Race

CHOICE = Choice(0.1, "auto", (0.01, 0.1, 1.0), (0.5, 0.4, 0.6), (0.1, 0.05, 0.02))
EIGENVALUES = np.array([-0.5, -1e-9, 0.0, 1e-3, 2.0, 300.0])


def history(N=30, seed=0):
    decay = np.exp(-np.arange(N) / 3 + np.random.default_rng(seed).normal(size=N) / 9)
    return {"value": 1 + decay, "gradient_norm": decay}


def draw_race():
    f = problems.himmelblau()
    return plotting.race(Race(f, f.starts[0], {"L-BFGS": LBFGS(), "Newton": Newton()}, budget=60).run(), f, "a race")


def draw_training(names=("no", "yes", "perhaps")):
    panels = {
        "choice of l2": lambda ax: plotting.l2_curve(CHOICE, ax=ax),
        "": lambda ax: plotting.scores({f"always {names[0]!r}": 0.5, "test": 0.75}, {"test": (0.3, 0.95)}, ax=ax),
        "test set": lambda ax: plotting.confusion([0, 1, 2, 2], [0, 2, 2, 2], names, ax),
    }
    return plotting.training(SimpleNamespace(history=history()), EIGENVALUES, panels, "a run")


def draw_regression():
    panels = {"early stopping": lambda ax: plotting.stopping_curve([3.0, 1.0, 2.0], [4.0, 2.0, 1.0], ax),
              "training set": lambda ax: plotting.predicted(np.arange(5.0), np.arange(5.0) + 0.1, ax)}
    return plotting.training(SimpleNamespace(history=history()), (), panels, "a run")


@pytest.mark.parametrize("draw, suffix", [(draw_race, "png"), (draw_training, "png"), (draw_regression, "svg")])
def test_the_same_data_give_the_same_bytes(tmp_path, draw, suffix):
    first = plotting.save(draw(), tmp_path / f"first.{suffix}").read_bytes()
    with matplotlib.rc_context({"axes.facecolor": "red", "lines.linewidth": 9, "font.size": 30}):
        assert plotting.save(draw(), tmp_path / f"second.{suffix}").read_bytes() == first
    if suffix == "png":
        pixels = imread(tmp_path / "first.png")
        assert min(pixels.shape[:2]) > 500 and np.ptp(pixels[..., :3]) > 0.5


@pytest.mark.parametrize("draw", [draw_race, draw_training, draw_regression])
def test_no_text_overlaps_another_or_leaves_the_figure(monkeypatch, draw):
    drawn, draw_text = [], Text.draw

    def recorded(text, renderer):
        if text.get_visible() and text.get_text().strip():
            drawn.append((text.get_window_extent(renderer), text.get_rotation() % 90))
        draw_text(text, renderer)

    fig = draw()
    monkeypatch.setattr(Text, "draw", recorded)
    fig.canvas.draw()
    figure, upright = fig.bbox.padded(1), [box.padded(-1) for box, angle in drawn if angle == 0]
    assert len(upright) > 20
    assert all(figure.contains(box.x0, box.y0) and figure.contains(box.x1, box.y1) for box, _ in drawn)
    assert not [(a, b) for a, b in combinations(upright, 2) if a.overlaps(b)]


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(matplotlib.rcParams)
    draw_race()
    assert dict(matplotlib.rcParams) == before


def test_every_axes_has_the_style_sheet():
    _, ax = plotting.subplots()
    plotting.convergence({"a": history(), "b": history(9)}, ax=ax)
    assert [line.get_color() for line in ax.lines] == ["#0072B2", "#D55E00"]
    assert not ax.spines["top"].get_visible() and ax.get_axisbelow() is True


# --- what is drawn is what was given ---------------------------------------------------------------------------------

def test_convergence_draws_the_histories():
    _, ax = plotting.subplots()
    histories = {"one": history(), "two": history(7, seed=1)}
    plotting.convergence(histories, "value", ax=ax)
    for line, (name, given) in zip(ax.lines, histories.items(), strict=True):
        assert line.get_label() == name
        assert_array_equal(line.get_xdata(), np.arange(len(given["value"])))
        assert_array_equal(line.get_ydata(), given["value"])
    assert ax.get_yscale() == "log" and ax.get_ylabel() == "loss"


@pytest.mark.parametrize("values, scale", [
    ([1.0, -1.0], "linear"), ([0.0, 1.0], "linear"), ([1.0], "log"), ([1.0, np.nan, 0.5], "log"), ([2.0, np.inf], "log"),
    ([1.0, 1e100, 1.7e308], "log"), ([np.nan], "log")])
def test_convergence_of_runs_that_go_wrong(tmp_path, values, scale):
    fig, ax = plotting.subplots()
    plotting.convergence({"": {"gradient_norm": np.array(values)}}, ax=ax)
    finite = np.isfinite(values)
    assert_array_equal(ax.lines[0].get_ydata(), np.where(finite, values, np.nan))
    assert ax.get_yscale() == scale and (ax.lines[0].get_marker() == "o") == (finite.sum() == 1)
    assert plotting.save(fig, tmp_path / "run.png").stat().st_size > 1000


@pytest.mark.parametrize("lam, scale", [
    (EIGENVALUES, "symlog"), (EIGENVALUES[3:], "log"), (-EIGENVALUES[:1], "log"), (np.zeros(3), "linear"),
    (np.zeros(0), "log"), (np.array([0.0, 1e-300, 1e300]), "symlog")])
def test_spectrum_draws_the_eigenvalues(tmp_path, lam, scale):
    fig, ax = plotting.subplots()
    plotting.spectrum(lam, 1e-12, ax)
    assert_array_equal(ax.lines[0].get_xdata(), 1 + np.arange(len(lam)))
    assert_array_equal(ax.lines[0].get_ydata(), lam)
    assert ax.get_yscale() == scale
    plotting.save(fig, tmp_path / "spectrum.png")


def test_confusion_counts_true_rows_against_predicted_columns():
    _, ax = plotting.subplots()
    plotting.confusion([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0], ["a", "b", "c"], ax)
    counts = [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    assert_array_equal(ax.images[0].get_array(), counts)
    assert {(text.get_position()[::-1], int(text.get_text())) for text in ax.texts} == {
        ((i, j), n) for i, row in enumerate(counts) for j, n in enumerate(row)}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]


def test_boundary_draws_every_example_and_the_contours():
    data, (_, ax) = datasets.notebook(0), plotting.subplots()
    plotting.boundary(lambda points: 1 / (1 + np.exp(-5 * (points[:, 0] - 0.4))), data.X, data.y, ax=ax)
    scatters = [c for c in ax.collections if type(c).__name__ == "PathCollection"]
    for k, scatter in enumerate(scatters):
        assert_array_equal(scatter.get_offsets(), data.X[data.y == k])
    assert len(scatters) == 2
    half = ax.collections[1].get_paths()[2].vertices  # the contours' third level, 0.5
    assert_allclose(half[:, 0], 0.4, atol=1e-6)


def test_points_and_regions_share_a_colour():
    """Well inside its own region, the ground under a class is nearer to its points' colour than to any other class's."""
    data = datasets.two_moons(100, noise=0.05, rng=0)
    for K, y in ((2, data.y), (3, data.y + (data.X[:, 0] > 0.5))):
        model = MLPClassifier(hidden=(8,), l2=1e-3, random_state=0, certify=False).fit(data.X, y)
        fig = plotting.boundary(model, data.X, y, names=[f"class {k}" for k in range(K)])
        ax = fig.axes[0]
        colours = np.array([c.get_facecolor()[0, :3] for c in ax.collections if type(c).__name__ == "PathCollection"])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [f"class {k}" for k in range(K)]
        assert ax.get_xlabel() and ax.get_ylabel()
        for c in [c for c in ax.collections if type(c).__name__ == "PathCollection"] + [ax.get_legend()]:
            c.set_visible(False)
        fig.canvas.draw()
        pixels = np.asarray(fig.canvas.buffer_rgba())[..., :3] / 255
        for k in range(K):
            sure = data.X[(y == k) & (model.predict_proba(data.X).max(1) > 0.95)]
            at = ax.transData.transform(sure).astype(int)
            ground = np.median(pixels[pixels.shape[0] - 1 - at[:, 1], at[:, 0]], axis=0)
            assert np.linalg.norm(1 - (1 - colours) * 0.35 - ground, axis=1).argmin() == k


def test_a_helper_returns_what_it_drew_on():
    fig, ax = plotting.subplots()
    for draw in (lambda **on: plotting.convergence(history(), **on), lambda **on: plotting.spectrum(EIGENVALUES, **on),
                 lambda **on: plotting.predicted([1.0, 2.0], [1.0, 2.5], **on),
                 lambda **on: plotting.confusion([0, 1], [0, 1], "ab", **on)):
        assert draw(ax=ax) is ax and isinstance(draw(), plotting.Drawing)


def test_a_cell_of_a_notebook_shows_figures_and_films():
    f = problems.beale()
    assert plotting.spectrum(EIGENVALUES)._repr_png_().startswith(b"\x89PNG")
    run = minimize(f, [2.0, -2.0], LBFGS(), max_iter=3, record=["x"])
    film = plotting.animate(f, run, frames=3)
    assert film._repr_html_().startswith('<img alt="a film" src="data:image/gif;base64,R0lGOD')
    assert repr(film) == "<Film>"


def test_boundary_has_a_marker_for_any_number_of_classes():
    _, ax = plotting.subplots()
    X = np.random.default_rng(0).normal(size=(40, 2))
    plotting.boundary(lambda points: np.full(len(points), np.nan), X, np.arange(40) % 20, ax=ax)
    assert sum(len(c.get_offsets()) for c in ax.collections if type(c).__name__ == "PathCollection") == 40


def test_predicted_draws_the_pairs_and_the_diagonal():
    _, ax = plotting.subplots()
    plotting.predicted([1.0, 2.0, 5.0], [1.5, 0.5, 4.0], ax)
    assert_array_equal(ax.lines[0].get_xydata(), [[1, 1.5], [2, 0.5], [5, 4]])
    assert_array_equal(ax.lines[1].get_xydata(), [[0.5, 0.5], [5, 5]])


def test_the_curve_of_l2_marks_the_chosen_one_between_its_errors():
    ax = plotting.l2_curve(CHOICE).axes[0]
    (bars,) = ax.containers
    assert_array_equal(bars.lines[0].get_xydata(), np.transpose([CHOICE.grid, CHOICE.score]))
    ends = [segment[:, 1] for segment in bars.lines[2][0].get_segments()]
    assert_allclose(np.transpose(ends), [[0.4, 0.35, 0.58], [0.6, 0.45, 0.62]])
    assert_array_equal(ax.lines[-1].get_xydata(), [[0.1, 0.4]])
    assert ax.get_xscale() == "log" and ax.get_ylabel() == "loss on left-out examples"


def test_the_curve_of_early_stopping_marks_the_network_that_was_kept():
    ax = plotting.stopping_curve([3.0, 1.0, np.nan, 2.0], [4.0, 3.0, 2.0, 1.0]).axes[0]
    watched, trained, kept = ax.lines
    assert_array_equal(watched.get_ydata(), [3.0, 1.0, np.nan, 2.0])
    assert_array_equal(trained.get_ydata(), [4.0, 3.0, 2.0, 1.0])
    assert_array_equal(kept.get_xydata(), [[1, 1.0]])
    assert ax.get_yscale() == "log" and plotting.stopping_curve([-1.0, -2.0]).axes[0].get_yscale() == "linear"


def test_scores_stand_below_each_other_with_the_intervals_that_they_have():
    ax = plotting.scores({"test": 0.75, "always no": 0.5}, {"test": (0.6, 0.8)}).axes[0]
    points = [bars.lines[0].get_xydata()[0].tolist() for bars in ax.containers]
    assert points == [[0.75, 0], [0.5, 1]] and ax.get_ylim() == (1.5, -0.5)
    assert_allclose(ax.containers[0].lines[2][0].get_segments()[0][:, 0], [0.6, 0.8])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["test", "always no"]
    errors = plotting.scores({"test": 12345.6, "mean": 2e9}, label="error").axes[0]
    assert [text.get_text() for text in errors.texts] == ["12,346", "2e+09"]
    assert errors.get_xlim()[0] < 0 < 2e9 < errors.get_xlim()[1]


# --- names and files -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("names", [
    ["5 $", r"$\frac$", "a_b^{c}"], ["日本語", "ä", "🙂"], ["%s", "{}", "x" * 300], ["", " ", "\\"]])
def test_names_are_drawn_as_they_are(tmp_path, names):
    assert plotting.save(draw_training(names), tmp_path / "run.png").stat().st_size > 10000


@pytest.mark.parametrize("name", ["no/where.png", ".", "run.abc"])
def test_a_picture_that_cannot_be_written_is_one_clear_line(tmp_path, name):
    with refuses(name.rpartition(".")[2] or str(tmp_path)):
        plotting.save(draw_regression(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_density_ends_at_the_eigenvalues_that_are_known():
    found = density(np.diag(np.arange(1.0, 31.0)), probes=2, steps=10, rng=0)
    (whole,), (cut,) = plotting.density(found).axes[0].lines, plotting.density(found, ends=(1, 30)).axes[0].lines
    assert whole.get_xdata().min() < 0 and 1 <= cut.get_xdata().min() and cut.get_xdata().max() <= 30


def test_a_method_has_its_look_wherever_it_appears():
    one, two = plotting.looks_of(["adam", "L-BFGS, 20 pairs", "mine"]), plotting.looks_of(["newton", "mine", "lbfgs", "Adam"])
    same = lambda a, b: all(a[part] == b[part] for part in ("color", "linestyle", "marker"))
    assert same(one["adam"], two["Adam"]) and same(one["L-BFGS, 20 pairs"], two["lbfgs"])
    every = plotting.looks_of([*methods_by_name(), "mine", "another"])
    assert len({(look["color"], str(look["linestyle"]), look["marker"]) for look in every.values()}) == len(every)
    assert plotting.look_of("gd") == plotting.look_of("gradient descent")


def test_logarithmic_ticks_are_plain_numbers_where_few_powers_are_in_view():
    fig, (left, right) = plotting.subplots(1, 2)
    left.loglog([1, 60], [3e-6, 2])
    fig.draw_without_rendering()
    names = [text.get_text() for text in (*left.get_xticklabels(), *left.get_xticklabels(minor=True))]
    assert {"1", "2", "5", "10", "50"} <= set(names) and not any("times" in name for name in names)
    assert any("10^{-5}" in text.get_text() for text in left.get_yticklabels())
