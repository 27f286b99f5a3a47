"""Files become datasets: targets by name and place, classes or numbers, text one-hot, in one line where it is not
clear."""
import csv

import numpy as np
import pytest
from frames import Frame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal

from minnet.datasets import read_csv

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
    ("a,b\n1,2\n1e999,4\n", None, None, ["line 3", "column 'a'", "'1e999'", "expected a finite number"]),
    ("a,b\n1,2\n3,4\n", "c", None, ["no column 'c'", "'a', 'b'"]),
    ("a,b\n1,2\n3,4\n", 2, None, ["no column 2", "'a', 'b'"]),
    ("a,b\n1,2\n3,4\n", "7", None, ["no column '7'", "'a', 'b'"]),
    ("1,2\n3,4\n", "c", None, ["no column 'c'", "'column_1', 'column_2'", "not taken for a header"]),
    ("a,b\n1,2\n3,4\n", 1.5, None, ["target=1.5", "name or index"]),
    ("a,b\n1,2\n3,4\n", True, None, ["target=True"]),
    ("a\n1\n2\n", None, None, ["single column", "commas"]),
    (column([*range(9), "oops"]), None, None, ["line 11", "column 'x'", "'oops'", "expected a number"]),
    (column([*range(9), "oops"]), "x", None, ["line 11", "column 'x'", "'oops'", "expected a number"]),
    (column(["1,5".join('""'), "2,5".join('""')]), None, None, ["line 2", "'1,5'", "decimal point"]),
    (column([f"id{i}" for i in range(101)]), "x", None,
     ["column 'x'", "101 different texts in 101 rows", "another target"]),
    ("a,b\n1,5 kg\n2,5 g\n", None, "regression", ["column 'b'", "numbers of one unit"]),
    ("a,b\n1,x\n2,x\n", None, None, ["'b'", "'x' alone", "two classes"]),
    ("a,b\n1,3\n2,3\n3,3\n", None, None, ["'b'", "'3' alone", "two classes"]),
    ("a,b\n1,x\n2,y\n", None, "regression", ["line 2", "column 'b'", "'x'", "expected a number"]),
])
def test_a_table_that_is_not_clear_is_refused(table, text, target, kind, parts):
    with refuses(*parts):
        read_csv(table(text), target, kind)


def test_at_the_limits_a_table_is_read(table):
    assert len(read_csv(table(column([*range(8), "oops", "no"]))).feature_names) == 11
    assert read_csv(table("a,b\n1,2\n3,4\n")).y.tolist() == [2, 4]
    assert read_csv(table("1,2\n")).X.tolist() == [[1]]


def test_a_target_in_sunday_clothes(table):
    read = read_csv(table("x,price\n1,\"$1,200.50\"\n2,$3\n3,\n4,($7)\n"))
    assert read.y.tolist() == [1200.5, 3, -7] and read.X[:, 0].tolist() == [1, 2, 4]


def test_a_frame_is_read_as_the_file_that_it_would_be(table):
    when = [np.datetime64("2021-01-05").item(), None, np.datetime64("2021-01-07").item()]
    frame = Frame(x=[0.1, float("nan"), 1e-300], n=[1, 2, 2**60], ok=[True, False, True], when=when,
                  kind=["a", None, "b"], y=[0.5, 1.5, 2.5])
    path = table("x,n,ok,when,kind,y\n0.1,1,True,2021-01-05,a,0.5\n,2,False,,,1.5\n"
                 "1e-300,1152921504606846976,True,2021-01-07,b,2.5\n")
    ours, theirs = read_csv(frame), read_csv(path)
    assert_array_equal(ours.X, theirs.X)
    assert ours.columns == theirs.columns and ours.feature_names[:3] == ("x", "x missing", "n")
    assert_array_equal(theirs.columns.encode(frame), ours.X)


def test_frames_of_pandas(table):
    pandas = pytest.importorskip("pandas")
    path = table("x,kind,when,y\n0.1,a,2021-01-05,0.5\n,b,2021-02-05,1.5\n3,,,2.5\n")
    frame = pandas.read_csv(path, parse_dates=["when"], index_col=None)
    for other in (frame, frame.convert_dtypes(), frame.astype({"kind": "category"}), frame.set_index(frame.y * 7)):
        assert_array_equal(read_csv(other).X, read_csv(path).X)
    frame.to_csv(path)
    assert_array_equal(read_csv(path).X, read_csv(frame).X)


@pytest.mark.parametrize("frame, parts", [
    (Frame(x=[], y=[]), ["shape (0, 2)"]), (Frame(x=[1, 2]), ["single column"]),
    (Frame(x=[1, 2], y=["a", "a"]), ["data frame", "'a' alone"])])
def test_a_frame_that_is_no_table_is_refused(frame, parts):
    with refuses(*parts):
        read_csv(frame)


def test_a_frame_with_a_name_twice_is_refused():
    frame = Frame(x=[1, 2], y=[3, 4])
    frame.columns = ["x", "x"]
    with refuses("two columns called 'x'"):
        read_csv(frame)


def test_a_refusal_is_short_however_long_the_cell(table):
    with pytest.raises(ValueError) as caught:
        read_csv(table(column([*range(9), "x" * 10_000])))
    assert len(str(caught.value)) < 500
