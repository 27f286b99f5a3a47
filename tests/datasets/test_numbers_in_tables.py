"""Numbers as people write them are read as the numbers that they are, and nothing else is."""
import time

import pytest
from frames import column
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal

from minnet.datasets.numbers import is_number, parse_number

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite)
def test_what_python_writes_is_read_to_the_bit(x):
    assert parse_number(repr(x)) == (x, "", "") and is_number(repr(x))
    assert parse_number(repr(x).replace(".", ","), ",") == (x, "", "")


@given(st.integers(-10**12, 10**12), st.integers(0, 99), st.sampled_from(["", "$", "€"]))
def test_dress_does_not_change_the_number(n, cents, currency):
    value, text = float(f"{n}.{cents:02}"), f"{abs(n):,}.{cents:02}"
    sign = "-" if n < 0 or str(n).startswith("-") else ""
    assert parse_number(f"{sign}{currency}{text}")[:2] == (value, currency)
    assert parse_number(f"{sign or '+'}{text} kg")[:2] == (value, "kg")
    assert parse_number(f"({currency}{text})")[0] == -abs(value)
    turned = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert parse_number(f"{sign}{currency}{turned}", ",")[:2] == (value, currency)


@pytest.mark.parametrize("text, value, unit", [
    ("$14.50", 14.5, "$"), ("12%", 12, "%"), ("1,682,222", 1682222, ""), ("55 kg", 55, "kg"),
    ("(3)", -3, ""), ("−4", -4, ""),
    ("-$4", -4, "$"), ("$-4", -4, "$"), ("US$ 5", 5, "US$"), ("5 EUR", 5, "EUR"), ("1 682 222", 1682222, ""),
    ("1\u00a0682", 1682, ""), ("1'234.5", 1234.5, ""), ("20°C", 20, "°C"), ("5 m²", 5, "m²"), ("90 km/h", 90, "km/h"),
    ("1.5e3 Hz", 1500, "Hz"), ("+.5", 0.5, ""), ("7.", 7, ""),
])
def test_numbers_in_their_sunday_clothes(text, value, unit):
    assert parse_number(text)[:2] == (value, unit)


@pytest.mark.parametrize("text", [
    "", "-", "kg", "()", "(", "3)", "(-3)", "--3", "1,5", "1,23,456", "12,34", "0,567", "1.2.3", "3 of 4", "4-5",
    "10:30", "0x10", "1_000", "٣", "$5 kg", "1 2", "12 34 kg", "5 kg 3", "nan", "e5", "."])
def test_other_texts_are_no_numbers(text):
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["1" * 10**6 + "x", "1," * 10**6, "(" * 10**6, " " * 10**6, "1." * 30, "1 " * 29,
                                  "1e" * 29])
def test_no_text_takes_long(text):
    start = time.perf_counter()
    assert parse_number(text) is None
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("cells, values, unit", [
    (["$14.50", "$3", "1,200.00"], [14.5, 3, 1200], "$"), (["12%", "0", "3 %"], [12, 0, 3], "%"),
    (["55 kg", "60kg", "7"], [55, 60, 7], "kg"), (["(3)", "4"], [-3, 4], ""), (["1", "2"], [1, 2], "")])
def test_a_column_has_one_unit(cells, values, unit):
    found, X = column(cells)
    assert found.kind == "number" and found.unit == unit and (unit in found.note if unit else True)
    assert_array_equal(X[:, 0], values)


@pytest.mark.parametrize("cells", [["5 kg", "5 g"], ["12%", "0.5"], ["$5", "€5"], ["12A", "7B", "9C"]])
def test_with_two_units_a_column_is_text(cells):
    assert column(cells)[0].kind == "category"


def test_decimal_commas_are_asked_for():
    for cells in (["1,5", "2,5", "1.000,25"], ["1,5", "2,5"], ["1,5", "1,234"]):
        with refuses("line 0, column 'x'", "'1,5'", "a decimal point", "decimal=','"):
            column(cells)
    with refuses("'0,567'", "decimal=','"):
        column(["1,234", "0,567"])
    found, X = column(["1,5", "2,5", "1.000,25"], decimal=",")
    assert_array_equal(X[:, 0], [1.5, 2.5, 1000.25])
    with refuses("'1.5'", "decimal comma", "decimal='.'"):
        column(["1.5", "2.5"], decimal=",")
    with refuses("decimal=';'"):
        column(["1", "2"], decimal=";")


def test_a_text_among_numbers_is_a_mistake_until_it_comes_often():
    with refuses("'oops'", "expected a number", "na or drop"):
        column([*map(str, range(9)), "oops"])
    assert column([*map(str, range(8)), "oops", "no"])[0].kind == "category"
    assert column(["3", "4", "6"] * 20 + ["rotary"] * 3)[0].kind == "category"
    assert column([*map(str, range(2, 11)), "oops"], na="oops")[0].missing == 1


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999"])
def test_numbers_are_finite(cell):
    with refuses("'x'", repr(cell), "expected a finite number"):
        column(["1", cell, "3"])
