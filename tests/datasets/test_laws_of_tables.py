"""A table means the same however it is written, and a row the same alone as among others."""
import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from minnet.datasets import Columns, read_csv

HEAD = ["price", "share", "when", "kind", "note", "size", "y"]
ROWS = [[f"${1000 + 37 * k:,}.50" if k % 5 else "NA", f"{k}%", f"{k % 28 + 1:02}/{k % 12 + 1:02}/2021",
         ["red, dark", "blue", "Grün"][k % 3], f"a note, number {k}", f"{k / 7!r}" if k % 4 else "",
         ["no", "yes"][k % 2]] for k in range(24)]


def written(rows, separator=",", quoting=csv.QUOTE_MINIMAL, end="\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows([HEAD, *rows])
    return text.getvalue()


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    path = tmp_path_factory.mktemp("learnt") / "table.csv"
    path.write_text(written(ROWS), encoding="utf-8")
    return read_csv(path)


def test_what_was_learnt(learnt):
    kinds = [column.kind for column in learnt.columns.columns]
    assert kinds == ["number", "number", "date", "category", "left out", "number"]
    assert learnt.columns.columns[2].order == "day first" and learnt.class_names == ("no", "yes")
    assert learnt.X.shape == (24, 2 + 1 + 4 + 3 + 2) and learnt.X[1, 0] == 1037.5


@given(separator=st.sampled_from(",;\t|"), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
       end=st.sampled_from(["\n", "\r\n", "\r"]),
       encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
       pack=st.sampled_from([bytes, gzip.compress]),
       above=st.sampled_from(["", "# exported in May\n", "sep={}\n", "\n\n"]))
def test_however_it_is_written(scratch, learnt, separator, quoting, end, encoding, pack, above):
    path = scratch()
    path.write_bytes(pack((above.format(separator) + written(ROWS, separator, quoting, end)).encode(encoding)))
    found = read_csv(path)
    assert_array_equal(found.X, learnt.X)
    assert_array_equal(found.y, learnt.y)
    assert found.columns.columns == learnt.columns.columns


@given(st.lists(st.integers(0, 23), min_size=1, max_size=6), st.sampled_from(",;\t|"), st.permutations(range(7)),
       st.booleans())
def test_a_row_means_the_same_alone(scratch, learnt, chosen, separator, order, shuffle):
    order = order if shuffle else range(7)
    path, text = scratch(), io.StringIO()
    rows = [HEAD, *(ROWS[k] for k in chosen)]
    csv.writer(text, delimiter=separator).writerows([[row[j] for j in order] for row in rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    again = Columns.from_json(learnt.columns.to_json())
    assert_array_equal(again.encode(path), learnt.X[chosen])


@given(st.permutations(range(24)))
def test_the_order_of_the_rows_does_not_matter(scratch, learnt, order):
    path = scratch()
    path.write_text(written([ROWS[k] for k in order]), encoding="utf-8")
    found = read_csv(path)
    assert_array_equal(found.X, learnt.X[list(order)])
    assert found.columns == learnt.columns


@given(st.integers(0, 99), st.floats(0.1, 0.8))
def test_nothing_of_the_test_rows_is_learnt(learnt, seed, fraction):
    train, test = learnt.split(fraction, rng=seed)
    other = np.random.default_rng(seed).permutation(len(test))
    assert train.columns == learnt.columns.fit(train.table)
    assert_array_equal(train.columns.encode(test.table.take(other), warn=False), test.X[other])
