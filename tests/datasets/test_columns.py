"""The description of a table's columns: what it says, how it encodes new rows, and that it survives JSON."""
import json

import numpy as np
import pytest
from frames import Frame, column
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal

from minnet.datasets import Columns, TableWarning, read_csv
from minnet.datasets.kinds import CategoryColumn, DateColumn, LeftOut, NumberColumn

TRAIN = "size,colour,y\n1,red,0.5\n2,green,1.5\n3,red,2.5\n"


@pytest.fixture
def learnt(table):
    return read_csv(table(TRAIN, "train.csv"))


def test_columns_encode_their_own_table_as_the_dataset(table, learnt):
    assert learnt.columns.names == ("size", "colour")
    assert (learnt.columns.target, learnt.columns.target_name) == (2, "y")
    assert learnt.columns.feature_names == learnt.feature_names
    frame = Frame(size=[1, 2, 3], colour=["red", "green", "red"])
    for source in (table(TRAIN), str(table(TRAIN)), learnt.table, frame):
        assert_array_equal(learnt.columns.encode(source), learnt.X)


@pytest.mark.parametrize("text", [
    "size,colour\n2,red\n7,green\n", "colour;y;size;other\nred;?;2;\ngreen;;7;x\n",
    "2,red\n7,green\n", "2,red,?\n7,green,1\n",
    ',"size","colour"\n1,2,red\n2,7,green\n',
])
def test_columns_encode_other_tables_alike(table, learnt, text):
    assert_array_equal(learnt.columns.encode(table(text)), [[2, 0, 1], [7, 1, 0]])


def test_columns_encode_a_single_row_of_text(table):
    columns = read_csv(table("colour,size,y\nred,small,1\nblue,large,2\nred,large,3\n")).columns
    assert_array_equal(columns.encode(table("red,large\n")), [[0, 1, 1, 0]])
    assert_array_equal(columns.encode(table("size,colour\nlarge,red\n")), [[0, 1, 1, 0]])


def test_columns_know_where_the_target_and_what_was_left_out_stood(table):
    columns = read_csv(table("5,1,2\n6,3,4\n"), target=0).columns
    assert_array_equal(columns.encode(table("7,8,9\n")), [[8, 9]])
    assert_array_equal(columns.encode(table("8,9\n")), [[8, 9]])
    columns = read_csv(table("5,1,2,3\n6,3,4,5\n"), drop="column_2").columns
    for row in ("7,8,9,0\n", "7,8,9\n", "7,9\n"):
        assert_array_equal(columns.encode(table(row)), [[7, 9]])


def test_columns_with_numbers_for_names(table):
    columns = read_csv(table("0,1,y\n5,6,0.5\n7,8,1.5\n")).columns
    assert columns.names == ("0", "1")
    assert_array_equal(columns.encode(table("1,0\n2,3\n")), [[3, 2]])


@pytest.mark.parametrize("text, parts", [
    ("size,y\n1,2\n", ["no column 'colour'", "'size', 'y'"]),
    ("size,colour\n1,red\nmany,red\n", ["line 3", "column 'size'", "'many'", "expected a number"]),
    ("size,colour\n1,red\n1e999,red\n", ["line 3", "column 'size'", "'1e999'", "expected a finite number"]),
    ("1\n2\n", ["1 columns", "expected 2, or 3", "number 3"]),
    ("1,red,3,4\n2,red,3,4\n", ["4 columns", "expected 2, or 3"]),
    ("size,colour\n", ["only a header"]),
])
def test_columns_refuse_what_they_have_not_learnt(table, learnt, text, parts):
    path = table(text)
    with refuses(path, *parts):
        learnt.columns.encode(path)


def test_an_unknown_level_is_zero_everywhere_with_one_warning(table, learnt):
    path = table("size,colour\n1,blue\n2,red\n3,pink\n")
    with pytest.warns(TableWarning) as caught:
        X = learnt.columns.encode(path)
    assert_array_equal(X, [[1, 0, 0], [2, 0, 1], [3, 0, 0]])
    assert len(caught) == 1 and "'colour': 2 with a level that was not there in training" in str(caught[0].message)
    assert_array_equal(learnt.columns.encode(path, warn=False), X)


def test_rare_levels_are_pooled():
    cells = ["a"] * 150 + ["b"] * 148 + ["c", "d"]
    found, X = column(cells)
    assert found.feature_names == ("x=a", "x=b", "x=other") and "2 rare pooled as other" in found.note
    assert_array_equal(X.sum(0), [150, 148, 2])
    assert_array_equal(X.sum(1), 1)
    assert column([*cells, "other", "other", "other", "other"])[0].feature_names == found.feature_names


def test_at_most_30_levels_have_a_feature_of_their_own():
    found, X = column([f"w{k % 40:02}" for k in range(85)])
    assert len(found.feature_names) == 31 and len(found.pooled) == 10
    assert found.levels[:5] == ("w00", "w01", "w02", "w03", "w04")
    assert_array_equal(X.sum(1), 1)


@pytest.mark.parametrize("name, cells, reason", [
    ("n", list(range(1, 31)), "running number"), ("n", list(range(30)), "running number"),
    ("customer_id", [7 * k % 31 for k in range(30)], "identifier"),
    ("PassengerId", [7 * k % 31 for k in range(30)], "identifier"),
    ("name", [f"person {k}" for k in range(30)], "identifier: 30 different texts"),
    ("town", [f"town {k}" for k in range(400)] * 2, "identifier: 400 different texts in 800 rows"),
])
def test_identifiers_are_left_out_with_a_word(name, cells, reason):
    N = len(cells)
    columns = read_csv(Frame(**{name: cells}, x=[k % 7 for k in range(N)], y=[k / 2 for k in range(N)])).columns
    assert columns.feature_names == ("x",) and reason in columns.columns[0].note
    assert reason in str(columns) and "left out" in str(columns)


@pytest.mark.parametrize("name, cells", [
    ("year", list(range(1871, 1901))), ("x", [k * k for k in range(30)]), ("x", list(range(19))),
    ("n", [1, 2, 4, *range(5, 32)]),
    ("x_id", [k % 5 for k in range(30)]), ("name", [f"person {k}" for k in range(19)])])
def test_other_columns_are_not(name, cells):
    data = read_csv(Frame(**{name: cells}, y=[k / 2 for k in range(len(cells))]))
    assert data.columns.names == (name,)


def test_a_running_number_that_is_alone_is_a_feature():
    assert read_csv(Frame(t=list(range(30)), y=[k / 2 for k in range(30)])).feature_names == ("t",)
    with refuses("no column is left", "'name: identifier: 30 different texts"):
        read_csv(Frame(name=[f"person {k}" for k in range(30)], y=[k / 2 for k in range(30)]))


def test_names_of_rows_are_left_out(table):
    for text in (',a,y\n1,5,0.5\n2,6,1.5\n', "a,y\nr1,5,0.5\nr2,6,1.5\n", "Unnamed: 0,a,y\n5,5,0.5\n7,6,1.5\n"):
        data = read_csv(table(text))
        assert data.feature_names == ("a",) and "names of rows" in str(data.columns)
    assert read_csv(table(",a,y\n1.5,5,0.5\n2.5,6,1.5\n"), header=True).feature_names == ("column_1", "a")
    assert read_csv(table(",a,y\n2021-01-02,5,0.5\n2021-01-03,6,1.5\n")).columns.columns[0].kind == "date"


def test_columns_can_be_dropped():
    frame = Frame(a=[1, 2], b=[3, 4], y=[0.5, 1.5], note=["u", "v"])
    for drop in ("b, note", ["b", "note"], ("note", "b", "")):
        data = read_csv(frame, drop=drop)
        assert data.feature_names == ("a",) and data.y.tolist() == [0.5, 1.5]
        assert [c.note for c in data.columns.columns if isinstance(c, LeftOut)] == ["dropped", "dropped"]
    with refuses("no column 'c' to drop", "'a', 'b'"):
        read_csv(frame, drop="c")
    for drop in (3, None, [3]):
        with refuses("drop=", "names of columns"):
            read_csv(frame, drop=drop)
    with refuses("target 'y' is among"):
        read_csv(frame, "y", drop="y")


def test_the_split_is_fitted_to_the_training_rows():
    frame = Frame(x=["1", "2", "4", ""] * 10, z=["a", "b"] * 19 + ["c", "d"], y=[k / 2 for k in range(40)])
    data = read_csv(frame)
    train, test = data.split(0.5, rng=0)
    own = data.columns.fit(train.table)
    assert train.columns == test.columns == own != data.columns
    for part in (train, test):
        assert_array_equal(part.X, own.encode(part.table, warn=False))
        assert part.feature_names == own.feature_names and part.X.shape == (20, len(own.feature_names))
    assert own.columns[0].fill == np.median([float(cell) for cell in train.table.columns[0] if cell])
    again, _ = train.split(0, rng=1)
    assert_array_equal(np.sort(again.X, 0), np.sort(train.X, 0))


def test_a_description_is_a_short_table(table):
    rows = [f"{k},${k % 9}.50,2021-01-{k % 28 + 1:02},{'ab'[k % 2]},{k / 2}\n" for k in range(30)]
    text = ("no,price,when,kind,y\n" + "".join(rows)
            + "30,,2021-02-01,,7\n31,$1,2021-02-01,a,\n")
    assert str(read_csv(table(text)).columns).splitlines() == [
        "column  kind      features  missing",
        "no      left out         0        0  running number",
        "price   number           2        1  unit $; missing: median 4",
        "when    date             4        0  days since 2021-01-01",
        "kind    category         3        1  a, b; missing: most frequent, a",
        "y       target                       real numbers",
        "1 row without a target left out"]
    wide = str(read_csv(Frame(**{f"x{k}": [0, 1] for k in range(99)}, y=[0.5, 1])).columns)
    assert len(wide.splitlines()) == 42 and wide.endswith("… 60 more")


words = st.text(max_size=5)
missing = st.integers(0, 9)
finite = st.floats(allow_nan=False, allow_infinity=False)
days = st.floats(-700_000, 3_000_000)
several = st.lists(words, max_size=3).map(tuple)
any_column = st.one_of(
    st.builds(NumberColumn, words, st.sampled_from(".,"), words, words, finite, missing=missing),
    st.builds(DateColumn, words, st.sampled_from([None, "day first"]), days, days, missing=missing),
    st.builds(CategoryColumn, words, several, several, words, missing=missing), st.builds(LeftOut, words, words))


@given(st.lists(any_column, max_size=4).map(tuple), st.integers(0, 4), words, several,
       st.sampled_from([{}, {"header": True, "separator": ";"}]))
def test_columns_survive_json(found, target, name, na, reading):
    columns = Columns(found, target, name, "drop", na, reading, "classes", ("a note",))
    assert Columns.from_json(columns.to_json()) == columns
    assert json.loads(json.dumps(columns.to_dict())) == json.loads(columns.to_json())


GOOD = Columns((NumberColumn("a"),), 1, "y").to_dict()


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "3", "not json", "[" * 10**5, json.dumps(GOOD | {"target": "1"}), json.dumps(GOOD | {"more": 1}),
    json.dumps(GOOD | {"columns": [{"kind": "magic", "name": "a"}]}), json.dumps(GOOD | {"columns": [3]}),
    json.dumps(GOOD | {"columns": [GOOD["columns"][0] | {"fill": "x"}]}), json.dumps(GOOD | {"missing": "guess"}),
    json.dumps(GOOD | {"columns": [GOOD["columns"][0] | {"fill": float("nan")}]}),
    json.dumps(GOOD | {"columns": [{"kind": "date", "name": "a", "missing": 0, "order": None, "first": 0,
                                    "fill": 1e9}]}),
    json.dumps(GOOD | {"reading": {"path": "/etc"}}),
    json.dumps(GOOD | {"columns": [GOOD["columns"][0] | {"name": None}]})])
def test_other_json_is_refused(text):
    with refuses("JSON of Columns"):
        Columns.from_json(text)
