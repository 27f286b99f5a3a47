"""Dates become year, month, weekday and days since the first, with the day where the column says that it stands."""
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from frames import column
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet.datasets.dates import find_order, parse_date

EPOCH = date(1970, 1, 1)
days = st.dates(date(1969, 1, 1), date(2068, 12, 31))


@given(days)
def test_every_way_to_write_a_date(day):
    n = (day - EPOCH).days
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d-%b-%y", "%b %d, %Y", "%B %d %Y", "%Y-%m-%dT00:00:00Z"):
        assert parse_date(day.strftime(form)) == n
    assert parse_date(day.strftime("%d/%m/%Y"), "day first") == parse_date(day.strftime("%m-%d-%y"), "month first") == n
    assert parse_date(day.strftime("%Y-%m")) == parse_date(day.strftime("%b %Y")) == n - day.day + 1


@given(st.datetimes(datetime(1, 1, 3), datetime(9998, 1, 1)), st.integers(-14, 14))
def test_a_time_is_a_part_of_a_day(when, ahead):
    expected = (when - datetime(1970, 1, 1)) / timedelta(days=1)
    assert abs(parse_date(when.isoformat(" ")) - expected) < 1e-9
    there = when.replace(tzinfo=timezone(timedelta(hours=ahead)))
    assert abs(parse_date(there.isoformat()) - (expected - ahead / 24)) < 1e-9


@pytest.mark.parametrize("text", [
    "", "2021", "2021-13-01", "2021-02-30", "30/02/2021", "1/1/1", "12 Abc 2020", "Mayor 2021", "0000-01-01", "1990-95",
    "2021-01-01 25:00", "2021-01-01 10:61", "2021-01-01 13:00 PM", "1.2", "soon", "١/١/٢٠٢١"])
def test_other_texts_are_no_dates(text):
    assert parse_date(text) is parse_date(text, "day first") is None


@pytest.mark.parametrize("texts, order", [
    (["01/02/2021", "13/02/2021"], "day first"), (["01/02/2021", "02/13/2021"], "month first"),
    (["01/02/2021"], "either"),
    (["13/02/2021", "02/13/2021"], None), (["01.02.2021"], "day first"), (["02.13.2021"], "month first"), ([], None)])
def test_the_order_is_found_from_the_column(texts, order):
    assert find_order(texts) == order


def test_the_features_of_a_date():
    found, X = column(["2021-03-01", "2020-02-29 12:00", "NA", "2021-03-02"])
    assert found.feature_names == ("x year", "x month", "x weekday", "x days", "x missing")
    assert_allclose(X, [[2021, 3, 0, 365.5, 0], [2020, 2, 5, 0, 0], [2021, 3, 0, 365.5, 1], [2021, 3, 1, 366.5, 0]])
    assert found.note == "days since 2020-02-29; missing: median 2021-03-01"


@given(st.lists(days, min_size=2, max_size=6, unique=True))
def test_year_month_and_weekday_are_the_calendars(several):
    _, X = column([day.isoformat() for day in several])
    assert_array_equal(X, [[d.year, d.month, d.weekday(), (d - min(several)).days] for d in several])


def test_dates_that_begin_with_day_or_month_are_asked_for():
    cells = ["01/02/2021", "03/04/2021"]
    with refuses("column 'x'", "'01/02/2021'", "date_order", "'day first' or 'month first'"):
        column(cells)
    assert column(cells, date_order="day first")[1][:, 1].tolist() == [2, 4]
    assert column(cells, date_order="month")[1][:, 1].tolist() == [1, 3]
    assert column([*cells, "31/01/2021"])[0].order == "day first"
    with refuses("date_order='year'"):
        column(cells, date_order="year")


def test_a_text_among_dates_is_a_mistake():
    cells = [str(EPOCH + timedelta(days=k)) for k in range(9)]
    with refuses("'soon'", "expected a date"):
        column([*cells, "soon"])
    assert column([*cells, "soon"], na="soon")[0].missing == 1
    assert np.isfinite(column(cells)[1]).all()
