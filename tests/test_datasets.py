"""Datasets: the draws, the shipped sets, the split, and every way in which a file can be read or refused."""
import csv
import gzip
import itertools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import datasets
from minnet.datasets import Columns, Dataset, read_csv, read_csv_with_columns, read_idx, read_table


@pytest.fixture
def table(tmp_path):
    """Writes a text or bytes to a file, and gives its path."""
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """Fresh paths for Hypothesis, whose examples share a fixture."""
    folder, number = tmp_path_factory.mktemp("scratch"), itertools.count()
    return lambda: folder / f"{next(number)}.csv"


# --- Dataset ---------------------------------------------------------------------------------------------------------

def classes(sizes):
    y = np.repeat(np.arange(len(sizes)), sizes)
    return Dataset(np.arange(len(y))[:, None], y, ("row",), [f"c{k}" for k in range(len(sizes))])


def test_dataset_converts_and_names_what_it_holds():
    data = Dataset([[1, 2], [3, 4]], [0, 1], ["a", "b"], ["no", "yes"])
    assert data.X.dtype == np.float64 and data.y.dtype == np.int64
    assert data.feature_names == ("a", "b") and data.class_names == ("no", "yes")
    assert len(data) == 2
    assert repr(data) == "<Dataset: 2 examples, 2 features, 2 classes (no, yes)>"
    assert repr(Dataset(np.ones((1, 1)), [2], ["a"])) == "<Dataset: 1 example, 1 feature, real target>"
    assert "3 real targets" in repr(Dataset(np.ones((2, 1)), np.ones((2, 3)), ["a"]))
    with pytest.raises(AttributeError):
        data.X = None


@pytest.mark.parametrize("X, y, names, class_names, parts", [
    (np.ones(3), np.ones(3), ["a"], None, ["(3,)", "(N, d)"]),
    (np.ones((3, 1)), np.ones(2), ["a"], None, ["(3, 1)", "(2,)"]),
    (np.ones((3, 2)), np.ones(3), ["a"], None, ["(3, 2)", "1 feature names"]),
    (np.ones((3, 1)), [0, 1, 2], ["a"], ["no", "yes"], ["below 2"]),
    (np.ones((3, 1)), [0, 0.5, 1], ["a"], ["no", "yes"], ["class numbers"]),
    (np.ones((2, 1)), np.eye(2), ["a"], ["no", "yes"], ["(2, 2)", "(N,)"]),
])
def test_dataset_refuses_what_does_not_fit(X, y, names, class_names, parts):
    with refuses(*parts):
        Dataset(X, y, names, class_names)


@given(sizes=st.lists(st.integers(3, 30), min_size=1, max_size=5), fraction=st.floats(0.2, 0.8),
       seed=st.integers(0, 99))
def test_split_is_a_stratified_partition(sizes, fraction, seed):
    train, test = (data := classes(sizes)).split(fraction, rng=seed)
    assert_array_equal(np.sort(np.concatenate([train.X, test.X]), axis=0), data.X)
    assert_array_equal(np.concatenate([train.y, test.y]), data.y[np.concatenate([train.X, test.X]).astype(int)[:, 0]])
    in_test = np.bincount(test.y, minlength=len(sizes))
    assert (np.abs(in_test - fraction * np.array(sizes)) <= 1).all() and (in_test < sizes).all()
    assert len(test) <= round(fraction * len(data))
    assert train.class_names == test.class_names == data.class_names


def test_split_gives_the_fraction_asked_for_and_shuffles():
    train, test = datasets.iris().split(0.2, rng=0)
    assert_array_equal(np.bincount(train.y), [40, 40, 40])
    assert_array_equal(np.bincount(test.y), [10, 10, 10])
    assert (np.diff(train.y) < 0).any()
    again, _ = datasets.iris().split(0.2, rng=np.random.default_rng(0))
    other, _ = datasets.iris().split(0.2, rng=1)
    assert_array_equal(train.X, again.X)
    assert not np.array_equal(train.X, other.X)


def test_split_keeps_every_class_in_train():
    train, test = classes([1, 1, 30]).split(0.9, rng=0)
    assert set(train.y) == {0, 1, 2}
    assert_array_equal(np.bincount(test.y), [0, 0, 28])


def test_split_of_a_regression_is_by_count():
    train, test = Dataset(np.arange(10)[:, None], np.arange(10), ["x"]).split(0.3, rng=0)
    assert (len(train), len(test)) == (7, 3)
    assert_array_equal(train.X[:, 0], train.y)
    train, test = Dataset(np.ones((4, 1)), np.ones((4, 2)), ["x"]).split(0.5, rng=0)
    assert train.y.shape == test.y.shape == (2, 2)


def test_split_by_nothing_is_a_shuffle():
    train, test = classes([3, 3]).split(0, rng=0)
    assert len(train) == 6 and len(test) == 0


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, np.nan])
def test_split_refuses_a_fraction_outside(fraction):
    with refuses("test_fraction", "[0, 1)"):
        classes([5, 5]).split(fraction)


@pytest.mark.parametrize("data, fraction", [(classes([1, 1]), 0.5), (classes([5]), 0.01),
                                            (Dataset(np.ones((1, 1)), [1.0], ["x"]), 0.9)])
def test_split_refuses_an_empty_side(data, fraction):
    with refuses("no test example"):
        data.split(fraction)


# --- generated -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_notebook_is_the_notebooks_draw_and_the_weights_follow_it(seed):
    before = np.random.get_state()
    try:
        np.random.seed(seed)
        X1 = np.random.multivariate_normal([0.2, 0.2], [[0.03, -0.01], [-0.01, 0.02]], 20)
        X12 = np.random.multivariate_normal([0.7, 0.7], [[0.01, -0.01], [-0.01, 0.02]], 20)
        X2 = np.random.multivariate_normal([0.4, 0.6], [[0.03, -0.02], [-0.02, 0.04]], 40)
        weights = np.array([])
        for j, units in [(2, 3), (3, 1)]:
            weights = np.hstack((weights, np.random.normal(0, np.sqrt(1.0 / (j * units)), units * j)))
            weights = np.hstack((weights, np.zeros(units)))
    finally:
        np.random.set_state(before)
    data = datasets.notebook(seed)
    assert_array_equal(data.X, np.vstack((X1, X12, X2)))
    assert_array_equal(data.y, np.hstack((np.zeros(40), np.ones(40))))
    assert data.y.dtype == np.int64 and len(data.class_names) == 2
    assert_array_equal(datasets.notebook_start(seed), weights)


def test_notebook_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].copy()
    datasets.notebook(0), datasets.notebook_start(0)
    assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.curves,
                                  lambda n, rng: datasets.xor(n, 0.1, rng=rng)])
def test_a_draw_is_its_seeds(draw):
    data = draw(7, rng=3)
    assert data.X.dtype == np.float64 and len(data) == 7
    assert_array_equal(data.X, draw(7, rng=np.random.default_rng(3)).X)
    assert_array_equal(data.y, draw(7, rng=3).y)
    assert not np.array_equal(data.X, draw(7, rng=4).X)
    assert not np.array_equal(draw(7, rng=None).X, draw(7, rng=None).X)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals])
@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_two_classes_share_the_examples(draw, n):
    data = draw(n, rng=0)
    assert data.X.shape == (n, 2) and data.y.dtype == np.int64
    assert_array_equal(np.bincount(data.y, minlength=2), [n - n // 2, n // 2])
    assert len(data.class_names) == 2


def test_moons_without_noise_are_half_circles():
    data = datasets.two_moons(101, noise=0)
    centre = np.where(data.y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert_allclose(np.linalg.norm(data.X - centre, axis=1), 1, rtol=1e-14)
    above = data.X[:, 1] >= centre[:, 1] - 1e-15
    assert above[data.y == 0].all() and (~above | np.isclose(data.X[:, 1], 0.5))[data.y == 1].all()


def test_spirals_without_noise_turn_as_they_go_out():
    data = datasets.spirals(200, turns=3, noise=0)
    first, second = data.X[data.y == 0], data.X[data.y == 1]
    assert_allclose(second, -first, atol=1e-14)
    radius = np.linalg.norm(first, axis=1)
    assert_allclose(np.diff(radius), 0.01, rtol=1e-10)
    assert_allclose(np.unwrap(np.arctan2(first[:, 1], first[:, 0])), 6 * np.pi * radius, atol=1e-10)


def test_xor():
    data = datasets.xor()
    assert_array_equal(data.X, [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert_array_equal(data.y, [0, 1, 1, 0])
    noisy = datasets.xor(4000, noise=0.1, rng=0)
    corner = np.round(noisy.X)
    assert_array_equal(noisy.y, corner[:, 0] != corner[:, 1])
    assert_allclose((noisy.X - corner).std(), 0.1, rtol=0.05)


def test_curves_are_smooth_images_with_a_reconstruction_target():
    data = datasets.curves(600, rng=0)
    assert data.X.shape == (600, 784) and data.class_names is None
    assert_array_equal(data.y, data.X)
    assert data.feature_names[0] == "pixel_0_0" and data.feature_names[-1] == "pixel_27_27"
    assert data.X.min() >= 0 and data.X.max() <= 1
    assert (data.X.max(axis=1) > 0.5).all()
    assert 0.01 < data.X.mean() < 0.3
    images = data.X.reshape(-1, 28, 28)
    border = np.concatenate([images[:, [0, -1]].ravel(), images[:, :, [0, -1]].ravel()])
    assert border.max() < 0.5
    assert np.abs(np.diff(images, axis=2)).max() < 0.95
    assert_allclose(255 * images, np.round(255 * images), atol=1e-12)


def test_a_straight_curve_is_a_gaussian_stroke_of_grey_one():
    from minnet.datasets.generated import SIGMA, _draw
    image = _draw(np.array([[[14.5, 4], [14.5, 14], [14.5, 24]]])).reshape(28, 28)
    distance = np.arange(28) + 0.5 - 14.5
    assert_allclose(image[:, 14], np.exp(-(distance / SIGMA) ** 2 / 2), atol=0.5001 / 255)
    assert_allclose(image[14, 8:20], 1, atol=1e-3)


def test_curves_do_not_depend_on_how_they_are_chunked(monkeypatch):
    whole = datasets.curves(5, rng=0)
    monkeypatch.setattr("minnet.datasets.generated.CHUNK", 2)
    assert_allclose(datasets.curves(5, rng=0).X, whole.X, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.xor, datasets.curves])
@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_draws_refuse_no_examples(draw, n):
    with refuses(f"n={n}"):
        draw(n)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.xor])
@pytest.mark.parametrize("noise", [-1, np.nan, np.inf])
def test_draws_refuse_noise_that_is_no_deviation(draw, noise):
    with refuses(f"noise={noise}"):
        draw(10, noise=noise)


# --- shipped ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("load, shape, counts, class_names", [
    (datasets.iris, (150, 4), [50, 50, 50], ("setosa", "versicolor", "virginica")),
    (datasets.breast_cancer, (569, 30), [357, 212], ("benign", "malignant")),
    (datasets.digits, (1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], tuple("0123456789")),
])
def test_shipped(load, shape, counts, class_names):
    data = load()
    assert data.X.shape == shape and data.X.dtype == np.float64 and np.isfinite(data.X).all()
    assert data.y.dtype == np.int64 and data.class_names == class_names
    assert_array_equal(np.bincount(data.y), counts)
    assert len(set(data.feature_names)) == shape[1]


def test_shipped_rows_are_the_sources():
    assert_array_equal(datasets.iris().X[0], [5.1, 3.5, 1.4, 0.2])
    assert datasets.iris().feature_names[0] == "sepal_length_cm"
    assert_array_equal(datasets.breast_cancer().X[0, :4], [17.99, 10.38, 122.8, 1001.0])
    digits = datasets.digits()
    assert digits.X.min() == 0 and digits.X.max() == 16
    assert digits.feature_names[:2] == ("pixel_0_0", "pixel_0_1")


# --- read_table ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, names, first", [
    ("a,b\n1,2\n3,4\n", ("a", "b"), ["1", "2"]),
    ("1,2\n3,4\n", None, ["1", "2"]),
    ("1,x\n3,y\n", None, ["1", "x"]),
    ("size,kind\n1,x\n3,y\n", ("size", "kind"), ["1", "x"]),
    ("1,kind\n5,3\n6,4\n", ("1", "kind"), ["5", "3"]),
    ("size,kind\nNA,x\n3,y\n", ("size", "kind"), ["NA", "x"]),
    ("?,1\n3,4\n5,6\n", None, ["?", "1"]),
    ("colour,kind\nred,x\nred,y\n", ("colour", "kind"), ["red", "x"]),
    ("red,x\nblue,y\nred,y\n", None, ["red", "x"]),
    ("x,x\nred,y\n", None, ["x", "x"]),
    ("size,kind\n1,x\n2,x\n3,x\n4,x\n5,x\n6,x\n7,x\n8,x\n9,x\noops,x\n", ("size", "kind"), ["1", "x"]),
])
def test_a_header_is_found(table, text, names, first):
    found = read_table(table(text))
    assert found.has_header == (names is not None)
    assert found.names == (names or tuple(f"column_{j + 1}" for j in range(len(first))))
    assert [column[0] for column in found.columns] == first


def test_wanted_names_settle_what_a_header_is(table):
    assert read_table(table("0,1,2\n5,6,7\n"), names=("0", "1")).has_header
    assert not read_table(table("0,1,2\n5,6,7\n")).has_header
    assert read_table(table("x,red\nx,red\n"), names=("red",)).has_header
    assert not read_table(table("red,small\n"), names=("colour", "size")).has_header


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_ends_and_byte_order_mark(table, separator, end, mark):
    rows = ["a|text|y", '1|"one; two, three\t4"|3', "", " 2 | four | 5 ", "   ", ""]
    found = read_table(table(mark + end.join(row.replace("|", separator) for row in rows)))
    assert found.names == ("a", "text", "y")
    assert found.columns == (["1", "2"], ["one; two, three\t4", "four"], ["3", "5"])
    assert found.lines == (2, 4)
    assert len(found) == 2


def test_a_line_that_is_blank_or_quoted_over_several_is_counted(table):
    path = table('a,b\n\n1,"one\ntwo"\n\n3,\n')
    with refuses("line 6", "'b'", "missing"):
        read_csv(path)
    assert read_table(path).lines == (3, 6)


def test_a_ragged_row_does_not_hide_the_separator(table):
    with refuses("line 3", "found 2 cells", "expected 3"):
        read_table(table("a;b;c\n1,5;2;3\n4;5\n6;7;8\n"))


def test_a_wide_table_is_read_beyond_its_head(table):
    row = ",".join(["0.125"] * 5000)
    found = read_table(table("\n".join([row] * 5)))
    assert len(found.names) == 5000 and len(found) == 5


def test_one_column_is_a_table(table):
    found = read_table(table("x\n1\n2\n"))
    assert found.names == ("x",) and found.columns == (["1", "2"],)


LARGE = "x" * 200_000


@pytest.mark.parametrize("content, parts", [
    ("", ["empty"]),
    ("\n \n\r\n", ["empty"]),
    ("\ufeff", ["empty"]),
    ("a,b\n", ["only a header"]),
    ("a,b\n1,2,3\n", ["line 2", "found 3 cells", "expected 2", "line 1"]),
    ("\na,b\n1,2\n\n1\n", ["line 5", "found 1 cells", "line 2"]),
    ("a,b,a\n1,2,3\n", ["line 1", "columns 1 and 3", "'a'"]),
    ("a,,c\n1,2,3\n", ["line 1", "column 2 has no name"]),
    ('a,b\n1,"x\n2,3\n', ["line 2", "unexpected end"]),
    ('a,b\n1,"x"y\n2,3\n', ["line 2", "expected"]),
    (f'a,b\n1,"{LARGE}\n', ["line 2", "limit"]),
    (b"a,b\n1,2\n\xe9t\xe9,3\n", ["line 3", "0xe9", "UTF-8"]),
    ("a,b\n1,2\n".encode("utf-16"), ["line 1", "UTF-8"]),
])
def test_a_file_that_is_no_table_is_refused(table, content, parts):
    path = table(content)
    with refuses(path, *parts):
        read_table(path)


@pytest.mark.parametrize("read", [read_table, read_csv, read_idx])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, table, read):
    with refuses(tmp_path / "none.csv", "no such file"):
        read(tmp_path / "none.csv")
    with refuses(tmp_path, "directory"):
        read(tmp_path)
    with refuses("cannot be read"):
        read(table("a") / "below")
    with refuses("none.csv"):
        read(str(tmp_path / "none.csv"))


# --- read_csv --------------------------------------------------------------------------------------------------------

numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.text("abcxyzäßλ ,;\t'\"\n=", min_size=1, max_size=8).map(lambda text: f"w{text}w")


@settings(max_examples=60)
@given(data=st.data(), N=st.integers(5, 12), separator=st.sampled_from(",;\t"), quoting=st.sampled_from([0, 1]))
def test_what_the_csv_module_writes_is_what_is_read(scratch, data, N, separator, quoting):
    x = data.draw(st.lists(numbers, min_size=N, max_size=N))
    levels = data.draw(st.lists(words, min_size=1, max_size=4, unique=True))
    text = data.draw(st.lists(st.sampled_from(levels), min_size=N, max_size=N))
    label = ["no", "yes"] + data.draw(st.lists(st.sampled_from(["no", "yes"]), min_size=N - 2, max_size=N - 2))
    path = scratch()
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=separator, quoting=quoting).writerows(
            [["x", "text", "label"], *zip(map(repr, x), text, label)])
    read = read_csv(path, target="label")
    present = sorted(set(text))
    assert read.feature_names == ("x", *(f"text={level}" for level in present))
    assert_array_equal(read.X[:, 0], x)
    assert [present[k] for k in read.X[:, 1:].argmax(axis=1)] == text
    assert_array_equal(read.X[:, 1:].sum(axis=1), 1)
    assert [read.class_names[k] for k in read.y] == label


@settings(max_examples=40)
@given(rows=st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=8))
def test_numbers_without_a_header_are_kept_to_the_bit(scratch, rows):
    path = scratch()
    path.write_text("".join(",".join(map(repr, row)) + "\n" for row in rows))
    read = read_csv(path, kind="regression")
    assert read.feature_names == ("column_1", "column_2")
    assert_array_equal(np.column_stack([read.X, read.y]), rows)


TABLE = "a,b,c,kind\n1,2,5,x\n3,4,6,y\n5,6,7.5,x\n"


@pytest.mark.parametrize("target, name", [
    (None, "kind"), ("kind", "kind"), ("a", "a"), (0, "a"), (2, "c"), (-1, "kind"), (-4, "a"), (np.int64(1), "b"),
    ("0", "a"), ("3", "kind"), ("-2", "c"),
])
def test_target(table, target, name):
    read = read_csv(table(TABLE), target)
    assert len(read.feature_names) == (3 if name == "kind" else 4)
    assert name not in read.feature_names and f"{name}=x" not in read.feature_names
    assert (read.class_names == ("x", "y")) == (name == "kind")


def test_a_string_of_digits_is_a_name_first(table):
    read = read_csv(table("k,0,y\na,1,5.5\nb,2,6.5\n"), target="0")
    assert_array_equal(read.y, [1, 2])
    assert read.feature_names == ("k=a", "k=b", "y")


def test_a_target_named_makes_the_first_line_a_header(table):
    text = "x,red\nred,x\nx,x\nred,x\n"
    assert read_csv(table("x,red\n" + text), target="red", kind="classification").feature_names == ("x=red", "x=x")
    with refuses("no column 'blue'", "'column_1', 'column_2'", "line 1", "'x', 'red'"):
        read_csv(table("x,red\n" + text), target="blue")


@pytest.mark.parametrize("target, class_names, y", [
    (["x", "y", "x"], ("x", "y"), [0, 1, 0]),
    (["10", "9", "10", "9", "9"], ("9", "10"), [1, 0, 1, 0, 0]),
    (["1.0", "-0.0", "0", "1", "0"], ("0", "1"), [1, 0, 0, 1, 0]),
    (["1", "0", "1", "0"], None, [1, 0, 1, 0]),
    (["1.5", "0", "1", "0", "0"], None, [1.5, 0, 1, 0, 0]),
    ([str(k % 20) for k in range(60)], tuple(map(str, range(20))), [k % 20 for k in range(60)]),
    ([str(k % 21) for k in range(60)], None, [k % 21 for k in range(60)]),
])
def test_the_kind_is_found_from_the_target(table, target, class_names, y):
    read = read_csv(table("x,t\n" + "".join(f"0.5,{cell}\n" for cell in target)))
    assert read.class_names == class_names
    assert read.y.dtype == (np.float64 if class_names is None else np.int64)
    assert_array_equal(read.y, y)


def test_the_kind_can_be_set(table):
    integers = table("x,t\n" + "1,0\n2,1\n" * 5)
    assert read_csv(integers).class_names == ("0", "1")
    assert read_csv(integers, kind="regression").class_names is None
    reals = table("x,t\n1,0.1\n2,1e-3\n3,0.1\n")
    assert read_csv(reals, kind="classification").class_names == ("0.001", "0.1")
    hex_digits = table("x,t\n" + "".join(f"1,{k}\n" for k in "0123456789a"))
    assert read_csv(hex_digits, kind="classification").class_names == tuple("0123456789a")
    with refuses("kind='cluster'", "'classification'"):
        read_csv(integers, kind="cluster")


def test_text_features_are_one_hot_in_place(table):
    read = read_csv(table("a,colour,b,y\n1,red,2,0.5\n3,green,4,1.5\n5,red,6,2.5\n"))
    assert read.feature_names == ("a", "colour=green", "colour=red", "b")
    assert_array_equal(read.X, [[1, 0, 1, 2], [3, 1, 0, 4], [5, 0, 1, 6]])


def column(cells):
    return "n,x,t\n" + "".join(f"{i + 0.5},{cell},{'uv'[i % 2]}\n" for i, cell in enumerate(cells))


@pytest.mark.parametrize("text, target, kind, parts", [
    *[(f"a,b\n1,2\n3,4\n{cell},6\n", None, None, ["line 4", "column 'a'", "missing value", repr(cell)])
      for cell in ["", "NA", "n/a", "nan", "NaN", "?", "inf", "-inf", "Infinity", "null"]],
    ("a,b\n1,2\n3,\n", None, None, ["line 3", "column 'b'", "missing"]),
    ("1,2\n,4\n", None, None, ["line 2", "column 'column_1'", "missing"]),
    ("a,b\nx,1\n?,2\n", None, None, ["line 3", "column 'a'", "missing"]),
    ("a,b\n1,x\n2,NA\n", None, "classification", ["line 3", "column 'b'", "missing"]),
    ("a,b\n1,2\n1e999,4\n", None, None, ["line 3", "column 'a'", "too large", "1e999"]),
    ("a,b\n1,2\n3,4\n", "c", None, ["no column 'c'", "'a', 'b'"]),
    ("a,b\n1,2\n3,4\n", 2, None, ["no column 2", "'a', 'b'"]),
    ("a,b\n1,2\n3,4\n", "7", None, ["no column '7'", "'a', 'b'"]),
    ("1,2\n3,4\n", "c", None, ["no column 'c'", "'column_1', 'column_2'", "not taken for a header"]),
    ("a,b\n1,2\n3,4\n", 1.5, None, ["target=1.5", "name or index"]),
    ("a,b\n1,2\n3,4\n", True, None, ["target=True"]),
    ("a\n1\n2\n", None, None, ["single column", "commas"]),
    ("a b c\n1 2 3\n", None, None, ["single column"]),
    (column([*range(9), "oops"]), None, None, ["line 11", "column 'x'", "'oops'", "expected a number"]),
    (column([*range(9), "oops"]), "x", None, ["line 11", "column 'x'", "'oops'", "expected a number"]),
    (column(["1,5".join('""'), "2,5".join('""')]), None, None, ["line 2", "'1,5'", "decimal point"]),
    (column([f"id{i}" for i in range(101)]), None, None, ["column 'x'", "101 different texts", "100"]),
    ("a,b\n1,x\n2,x\n", None, None, ["'b'", "'x' alone", "two classes"]),
    ("a,b\n1,3\n2,3\n3,3\n", None, None, ["'b'", "'3' alone", "two classes"]),
    ("a,b\n1,x\n2,y\n", None, "regression", ["line 2", "column 'b'", "'x'", "expected a number"]),
])
def test_a_table_that_is_not_clear_is_refused(table, text, target, kind, parts):
    with refuses(*parts):
        read_csv(table(text), target, kind)


def test_at_the_limits_a_table_is_read(table):
    assert len(read_csv(table(column([f"id{i}" for i in range(100)]))).feature_names) == 101
    assert len(read_csv(table(column([*range(8), "oops", "no"]))).feature_names) == 11
    assert read_csv(table("a,b\n1,2\n3,4\n")).y.tolist() == [2, 4]
    assert read_csv(table("1,2\n")).X.tolist() == [[1]]


def test_a_refusal_is_short_however_long_the_cell(table):
    with pytest.raises(ValueError) as caught:
        read_csv(table(column([*range(9), "x" * 10_000])))
    assert len(str(caught.value)) < 500


# --- Columns ---------------------------------------------------------------------------------------------------------

TRAIN = "size,colour,y\n1,red,0.5\n2,green,1.5\n3,red,2.5\n"


@pytest.fixture
def learnt(table):
    data, columns = read_csv_with_columns(table(TRAIN, "train.csv"))
    return data, columns


def encode(columns, path):
    return columns.encode(read_table(path, columns.names))


def test_columns_encode_their_own_table_as_the_dataset(table, learnt):
    data, columns = learnt
    assert columns == Columns(("size", "colour"), (None, ("green", "red")), 2)
    assert columns.feature_names == data.feature_names
    assert_array_equal(encode(columns, table(TRAIN)), data.X)


@pytest.mark.parametrize("text", [
    "size,colour\n2,red\n7,green\n",
    "colour;y;size;other\nred;?;2;\ngreen;;7;x\n",
    "2,red\n7,green\n",
    "2,red,?\n7,green,1\n",
])
def test_columns_encode_other_tables_alike(table, learnt, text):
    assert_array_equal(encode(learnt[1], table(text)), [[2, 0, 1], [7, 1, 0]])


def test_columns_encode_a_single_row_of_text(table):
    _, columns = read_csv_with_columns(table("colour,size,y\nred,small,1\nblue,large,2\nred,large,3\n"))
    assert_array_equal(encode(columns, table("red,large\n")), [[0, 1, 1, 0]])
    assert_array_equal(encode(columns, table("size,colour\nlarge,red\n")), [[0, 1, 1, 0]])


def test_columns_know_where_the_target_stood(table):
    _, columns = read_csv_with_columns(table("5,1,2\n6,3,4\n"), target=0)
    assert columns.target == 0
    assert_array_equal(encode(columns, table("7,8,9\n")), [[8, 9]])
    assert_array_equal(encode(columns, table("8,9\n")), [[8, 9]])


def test_columns_with_numbers_for_names(table):
    _, columns = read_csv_with_columns(table("0,1,y\n5,6,0.5\n7,8,1.5\n"))
    assert columns.names == ("0", "1")
    assert_array_equal(encode(columns, table("1,0\n2,3\n")), [[3, 2]])


@pytest.mark.parametrize("text, parts", [
    ("size,y\n1,2\n", ["no column 'colour'", "'size', 'y'"]),
    ("size,colour\n1,red\n2,blue\n", ["line 3", "column 'colour'", "'blue'", "'green', 'red'"]),
    ("size,colour\n1,red\nmany,red\n", ["line 3", "column 'size'", "'many'", "expected a number"]),
    ("size,colour\n1,red\n,red\n", ["line 3", "column 'size'", "missing"]),
    ("size,colour\n1,red\n2,\n", ["line 3", "column 'colour'", "missing"]),
    ("1\n2\n", ["1 columns", "expected 2, or 3", "number 3"]),
    ("1,red,3,4\n2,red,3,4\n", ["4 columns", "expected 2, or 3"]),
    ("size,colour\n", ["only a header"]),
])
def test_columns_refuse_what_they_have_not_learnt(table, learnt, text, parts):
    path = table(text)
    with refuses(path, *parts):
        encode(learnt[1], path)


@given(named=st.lists(st.tuples(words, st.none() | st.lists(words, min_size=1, max_size=3).map(tuple)),
                      min_size=1, max_size=4),
       target=st.integers(0, 4))
def test_columns_survive_json(named, target):
    columns = Columns(tuple(name for name, _ in named), tuple(levels for _, levels in named), target)
    assert Columns.from_json(columns.to_json()) == columns


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", '{"names": ["a"], "levels": [], "target": 0}', "not json"])
def test_other_json_is_refused(text):
    with refuses("JSON of Columns"):
        Columns.from_json(text)


# --- read_idx --------------------------------------------------------------------------------------------------------

CODES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}


def idx(array, code):
    return (bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            + array.astype(np.dtype(CODES[code]).newbyteorder(">")).tobytes())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 3, 2), (0, 28, 28)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_is_read_in_its_own_type(table, code, shape, pack):
    array = np.random.default_rng(0).integers(0, 100, shape).astype(CODES[code])
    read = read_idx(table(pack(idx(array, code)), "images-idx"))
    assert read.dtype == np.dtype(CODES[code]) and read.dtype.isnative
    assert read.flags.writeable
    assert_array_equal(read, array)


WHOLE = idx(np.arange(300).reshape(3, 100), 0x0C)


@pytest.mark.parametrize("content, parts", [
    (b"", ["not an IDX file", "nothing"]),
    (b"\0\0\x08", ["not an IDX file", "00 00 08"]),
    (b"\1\0\x08\1", ["not an IDX file"]),
    (b"\0\0\x0a\1", ["not an IDX file", "00 00 0a 01"]),
    (b"size,colour\n", ["not an IDX file"]),
    (WHOLE[:9], ["truncated", "9 bytes", "12"]),
    (WHOLE[:-1], ["truncated", "1211 bytes", "1212", "(3, 100)", "int32"]),
    (WHOLE + b"\0", ["too long", "1213 bytes", "1212"]),
    (b"\0\0\x08\3" + b"\xff" * 12, ["truncated", "16 bytes"]),
    (gzip.compress(WHOLE)[:-9], ["broken gzip"]),
    (b"\x1f\x8b" + b"\0" * 20, ["broken gzip"]),
    (gzip.compress(WHOLE)[:30] + b"\xff" * 30, ["broken gzip"]),
])
def test_a_file_that_is_no_idx_is_refused(table, content, parts):
    path = table(content, "broken-idx")
    with refuses(path, *parts):
        read_idx(path)
