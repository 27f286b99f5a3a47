"""What is missing is filled in and said so, left out, or refused."""
import numpy as np
import pytest
from frames import Frame, column
from laws import refuses
from numpy.testing import assert_array_equal

from minnet.datasets import TableWarning, read_csv
from minnet.datasets.missing import MISSING, missing_texts


@pytest.mark.parametrize("text", [*MISSING, "na", "nan", "NULL", "none", "Unknown", None, float("nan")])
def test_what_means_missing(text):
    found, X = column(["1", text, "5", "2"])
    assert found.missing == 1 and found.feature_names == ("x", "x missing") and "median 2" in found.note
    assert_array_equal(X, [[1, 0], [2, 1], [5, 0], [2, 0]])


def test_the_texts_can_be_given():
    assert column(["NA", "EU", "", "NA"], na="")[0].levels == ("EU", "NA")
    assert column(["1", "99", "-1", "3"], na="99,-1")[0].missing == 2
    assert missing_texts(["x"]) == missing_texts("X") == {"", "x"}
    for na in (3, [3]):
        with refuses("na="):
            missing_texts(na)


def test_the_most_frequent_level_stands_for_a_missing_text():
    found, X = column(["b", "a", "?", "b"])
    assert found.feature_names == ("x=a", "x=b", "x missing") and "most frequent, b" in found.note
    assert_array_equal(X, [[0, 1, 0], [1, 0, 0], [0, 1, 1], [0, 1, 0]])


@pytest.mark.parametrize("rows", [2, 3, 8, 9])
def test_the_median_is_numpys(rows):
    values = np.random.default_rng(rows).integers(0, 5, rows) / 4
    assert column([*map(str, values), ""])[0].fill == np.median(values)


def test_a_column_stays_numeric_however_much_is_missing():
    found, X = column(["", "NA", "?", "1", "-", "null", "2"])
    assert found.kind == "number" and found.missing == 5 and X.shape == (7, 2)


def test_a_column_without_a_value_is_left_out():
    data = read_csv(Frame(x=["", "NA"], z=["1", "2"], y=["0.5", "1.5"]))
    assert data.feature_names == ("z",) and data.columns.columns[0].note == "no values"


def test_rows_without_a_target_are_left_out_and_counted():
    data = read_csv(Frame(x=["1", "2", "3"], y=["0.5", "", "1.5"]))
    assert data.X.tolist() == [[1], [3]] and "1 row without a target left out" in str(data.columns)
    with refuses("target column 'y' holds no value"):
        read_csv(Frame(x=["1", "2"], y=["", "NA"]))


def test_rows_can_be_left_out_instead():
    frame = Frame(x=["1", "", "3"], z=["a", "b", "c"], y=["0.5", "1", "1.5"])
    data = read_csv(frame, missing="drop")
    assert data.feature_names == ("x", "z=a", "z=c") and data.y.tolist() == [0.5, 1.5]
    assert "1 row with a missing feature left out" in str(data.columns)
    assert_array_equal(data.columns.encode(Frame(x=["", "3"], z=["a", "c"]), warn=False), [[2, 1, 0], [3, 0, 1]])
    with refuses("missing in every row"):
        read_csv(Frame(x=["1", ""], z=["", "b"], y=["0.5", "1"]), missing="drop")


def test_a_table_can_be_refused_instead(table):
    path = table("x,y\n1,0.5\nNA,1\n")
    with refuses(path, "line 3, column 'x'", "'NA'", "missing='impute'"):
        read_csv(path, missing="error")
    columns = read_csv(table("x,y\n1,0.5\n2,1\n"), missing="error").columns
    with refuses("line 2", "missing"):
        columns.encode(table("x\n\n?\n".replace("\n\n", "\n")))
    with refuses("missing='mean'"):
        read_csv(path, missing="mean")


def test_what_is_missing_at_predict_alone_is_filled_in_with_a_warning():
    for frame, missing in ((Frame(x=["1", "2", "6"], y=["0.5", "1", "2"]), "impute"),
                           (Frame(x=["1", "2", "", "6"], y=["0.5", "1", "1", "2"]), "drop")):
        columns = read_csv(frame, missing=missing).columns
        with pytest.warns(TableWarning, match="'x': 2 missing where none was in training"):
            assert columns.encode(Frame(x=["", "3", "NA"])).tolist() == [[2], [3], [2]]
