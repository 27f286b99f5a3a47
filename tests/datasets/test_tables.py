"""Text files become tables: encodings, separators, comments, headers, and one line where a file is no table."""
import gzip
import os

import numpy as np
import pytest
from laws import refuses

from minnet.datasets import read_csv, read_idx, read_table


def cells(found):
    return [list(column) for column in found.columns]


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
    assert [next(iter(column)) for column in found.columns] == first


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
    assert cells(found) == [["1", "2"], ["one; two, three\t4", "four"], ["3", "5"]]
    assert found.lines.tolist() == [2, 4]
    assert len(found) == 2


def test_a_line_that_is_blank_or_quoted_over_several_is_counted(table):
    assert read_table(table('a,b\n\n1,"one\ntwo"\n\n3,\n')).lines.tolist() == [3, 6]


def test_a_ragged_row_does_not_hide_the_separator(table):
    with refuses("line 3", "found 2 cells", "expected 3"):
        read_table(table("a;b;c\n1,5;2;3\n4;5\n6;7;8\n"))


def test_a_wide_table_is_read_beyond_its_head(table):
    row = ",".join(["0.125"] * 5000)
    found = read_table(table("\n".join([row] * 5)))
    assert len(found.names) == 5000 and len(found) == 5


def test_one_column_is_a_table(table):
    found = read_table(table("x\n1\n2\n"))
    assert found.names == ("x",) and cells(found) == [["1", "2"]]


LARGE = "x" * 200_000


@pytest.mark.parametrize("content, parts", [
    ("", ["empty"]),
    ("\n \n\r\n", ["empty"]),
    ("\ufeff", ["empty"]),
    ("a,b\n", ["only a header"]),
    ('"","a","b"\n', ["only a header"]),
    ("a,b\n1,2,3\n", ["line 2", "found 3 cells", "expected 2", "line 1"]),
    ("\na,b\n1,2\n\n1\n", ["line 5", "found 1 cells", "line 2"]),
    ("a,b,a\n1,2,3\n", ["line 1", "columns 1 and 3", "'a'"]),
    ("a,,column_2\n1,2,3\n", ["line 1", "without a name"]),
    ('a,b\n1,"x\n2,3\n', ["line 2", "unexpected end"]),
    ('a,b\n1,"x"y\n2,3\n', ["line 2", "expected"]),
    (f'a,b\n1,"{LARGE}\n', ["line 2", "limit"]),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["line 1", "0x89", "UTF-8", "'encoding'"]),
    (b"a,b\n1,\0\n", ["zero character"]),
    (b"\xff\xfea", ["0x61", "UTF-16"]),
    (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-20], ["broken gzip"]),
    (gzip.compress(b"a,b\n1,2\n", mtime=0) + b"more", ["broken gzip"]),
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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
@pytest.mark.parametrize("read", [read_table, read_csv, read_idx])
def test_a_pipe_or_a_device_is_refused_without_waiting(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    with refuses("pipe: is a pipe; expected a file"):
        read(tmp_path / "pipe")
    with refuses("/dev/zero: is a device"):
        read("/dev/zero")


@pytest.mark.parametrize("path", [3, None, b"table.csv", "a\0b"])
def test_what_is_no_path_is_refused(path):
    with refuses("expected its path"):
        read_table(path)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(table, monkeypatch):
    monkeypatch.setattr("minnet.datasets.files.MOST_UNPACKED", 1 << 21)
    with refuses("unpacks to more than 2 MiB"):
        read_table(table(gzip.compress(b"1,2\n" * (1 << 20))))


TEXT = "größe;Straße\n1,5;Süd\n2,5;Nord\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1",
                                      "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_encoding_is_found(table, encoding, pack):
    found = read_table(table(pack(TEXT.encode(encoding))))
    assert found.names == ("größe", "Straße") and cells(found) == [["1,5", "2,5"], ["Süd", "Nord"]]
    assert bool(found.notes) == (not encoding.startswith("utf-8"))


def test_windows_letters_are_no_control_characters(table):
    assert cells(read_table(table("price,name\n1,“x”\n2,€\n".encode("cp1252"))))[1] == ["“x”", "€"]


def test_an_encoding_can_be_given(table):
    path = table("a,b\n1,ł\n2,ó\n".encode("iso-8859-2"))
    assert cells(read_table(path, encoding="iso-8859-2"))[1] == ["ł", "ó"]
    for encoding in ("klingon", "rot13", "hex", "", 3, "a\0"):
        with refuses("encoding=", "'latin-1'"):
            read_table(path, encoding=encoding)
    with refuses("line 2", "0xb3", "ASCII"):
        read_table(path, encoding="ascii")


@pytest.mark.parametrize("text", [
    "sep=;\na;b\n1,5;x\n2,5;y\n", '"sep=;"\na;b\n1,5;x\n2,5;y\n', "a;b;\n1,5;x;\n2,5;y;\n", "a;b\n1,5;x;\n2,5;y;\n",
    "a|b\n1,5|x\n2,5|y\n", "a  b\n 1,5 x\n2,5   y \n", "a b\n1,5\tx\n2,5\t y\n", "a\tb\n1,5\tx\n2,5\ty\n",
    "# made in May; 2021\n#\na;b\n1,5;x\n2,5;y\n", "% a;b\n1,5;x\n2,5;y\n", "//x\n\na;b\n1,5;x\n2,5;y\n",
    "#a;b\n1,5;x\n2,5;y\n",
])
def test_separators_and_comments_are_found(table, text):
    found = read_table(table(text))
    assert found.names == ("a", "b") and cells(found) == [["1,5", "2,5"], ["x", "y"]]
    assert found.lines[-1] == text.count("\n")


def test_how_a_table_is_written_can_be_given(table):
    path = table("a:b\n! none\n1,5:2,5\n! end\n3,5:4,5\n")
    found = read_table(path, separator=":", comment="!")
    assert cells(found) == [["1,5", "3,5"], ["2,5", "4,5"]] and found.lines.tolist() == [3, 5]
    assert cells(read_table(table("a b\n1 2\n"), separator="blank")) == [["1"], ["2"]]
    for separator in ("", ",,", "a", '"', 3):
        with refuses("separator=", "comma"):
            read_table(path, separator=separator)
    for comment in ("", " ", 3):
        with refuses("comment=", "'#'"):
            read_table(path, comment=comment)


def test_a_header_can_be_said_to_be_there_or_not(table):
    path = table("2010,2011\n5,6\n7,8\n")
    assert read_table(path, header=True).names == ("2010", "2011")
    assert len(read_table(path, header=False)) == 3 == len(read_table(path))
    with refuses("header=2"):
        read_table(path, header=2)


@pytest.mark.parametrize("text", [",a,b\n1,5,x\n2,6,y\n", '"","a","b"\n"r1",5,"x"\n"r2",6,"y"\n',
                                  "a,b\nr1,5,x\nr2,6,y\n",
                                  "Unnamed: 0,a,b\n1,5,x\n2,6,y\n", "a b\nr1 5 x\nr2 6 y\n"])
def test_the_column_of_row_names_has_no_name(table, text):
    found = read_table(table(text))
    assert found.nameless == 0 and found.names[1:] == ("a", "b") and cells(found)[1:] == [["5", "6"], ["x", "y"]]


def test_years_above_row_names_are_a_header(table):
    assert read_table(table(",2010,2011\nA,5,6\nB,7,8\n")).names == ("column_1", "2010", "2011")


@pytest.mark.parametrize("text, found", [
    ("2019,2020,kind\n1.5,2,a\n2.5,3.5,b\n3,4,a\n1,1,b\n", True),
    ("2019,2020,kind\n1,2.5,a\n2,3.5,b\n3,4.5,a\n1,1.5,b\n", False),       # whole numbers in a column of whole numbers
    ("2019,2020,kind\n1.5,2.5,a\n2.5,3.5,b\n3.5,4.5,a\n", False),          # b, too, comes once
    ("2019,2020.5,kind\n1.5,2.5,a\n2.5,3.5,b\n3.5,4.5,a\n1.5,1.5,b\n", False),
    ("2019,2020,a\n1.5,2.5,a\n2.5,3.5,b\n3.5,4.5,b\n", False)])
def test_whole_numbers_and_a_text_that_comes_once_are_a_header(table, text, found):
    read = read_table(table(text))
    assert read.has_header == found and any("no header found" in note for note in read.notes) != found
    assert read_table(table(text), header=False).notes == ()


def test_dates_and_dressed_numbers_tell_a_header(table):
    assert read_table(table("when,price\n2021-01-02,x\n2021-01-03,y\n")).has_header
    assert read_table(table("x,price\nu,$5\nv,$6\n")).has_header


def test_rows_of_a_table_are_a_table(table):
    found = read_table(table("a,b\n1,x\n2,y\n3,x\n"))
    part = found.take(np.array([2, 0]))
    assert cells(part) == [["3", "1"], ["x", "x"]] and part.lines.tolist() == [4, 2]
    assert len(part) == 2 and dict(zip(part.columns[1].texts, part.columns[1].counts))["x"] == 2


def test_long_tables_are_read_in_blocks(table, monkeypatch):
    monkeypatch.setattr("minnet.datasets.tables.BLOCK", 3)
    path = table("a,b\n" + "".join(f"{i},w{i % 2}\n" for i in range(10)))
    assert cells(read_table(path)) == [[str(i) for i in range(10)], [f"w{i % 2}" for i in range(10)]]
    with refuses("line 12", "3 cells"):
        read_table(table(path.read_text() + "1,2,3\n"))
