"""Columns go into PostgreSQL and come out again bit for bit."""

import datetime as dt

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from crmquality.lib.binary_copy import constant_day, copy_in_arrays, copy_out_integers

pytestmark = pytest.mark.django_db


def test_integers_come_out_in_the_order_of_the_statement():
    found = copy_out_integers(
        "SELECT n, -n * %(times)s FROM generate_series(1, 3) AS n ORDER BY n DESC", {"times": 2**40}, ["n", "m"]
    )
    assert found["n"].tolist() == [3, 2, 1]
    assert found["m"].tolist() == [-3 * 2**40, -2 * 2**40, -(2**40)]


def test_no_rows_are_empty_columns():
    found = copy_out_integers("SELECT 1 WHERE false", {}, ["n"])
    assert found["n"].size == 0


def test_a_null_is_refused_and_not_read_as_a_number():
    sql = "SELECT n, CASE WHEN n <> 2 THEN n END FROM generate_series(1, 3) AS n"
    with pytest.raises(ValueError, match="holds a NULL"):
        copy_out_integers(sql, {}, ["n", "m"])


def test_an_error_half_way_is_said_as_the_server_says_it():
    sql = "SELECT 1 / (50000 - n) FROM generate_series(1, 60000) AS n"
    with pytest.raises(psycopg.errors.DivisionByZero), transaction.atomic():
        copy_out_integers(sql, {}, ["n"])
    assert copy_out_integers("SELECT 1", {}, ["n"])["n"].tolist() == [1]


def test_every_kind_of_column_comes_back_the_same_to_the_last_bit():
    rows = 25_000
    random = np.random.default_rng(1)
    values = random.normal(size=(rows, 4)).astype(np.float32)
    values[::7, 2] = np.nan
    columns = {
        "day": constant_day(dt.date(1999, 12, 31), rows),
        "key": np.arange(rows, dtype=np.int64),
        "score": random.normal(size=rows),
        "readings": values,
        "records": random.integers(0, 9, size=(rows, 4)).astype(np.int32),
    }
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (day date, key bigint, score float8, readings real[], records int[])")
        assert copy_in_arrays("t", columns) == rows
        cursor.execute("SELECT day, score, readings, records FROM t ORDER BY key")
        found = cursor.fetchall()
    assert {row[0] for row in found} == {dt.date(1999, 12, 31)}
    assert [row[1] for row in found] == columns["score"].tolist()
    assert np.array([row[2] for row in found], dtype=np.float32).tobytes() == values.tobytes()
    assert [row[3] for row in found] == columns["records"].tolist()


def test_texts_of_any_length_and_masked_values_stand_in_their_own_rows():
    columns = {
        "word": np.array(["上海", "", "a longer word"], dtype=object),
        "number": np.ma.masked_invalid([1.5, np.nan, 2.5]),
        "key": np.ma.array([1, 2, 3], mask=[True, False, False]),
        "other": np.array(["x", "yy", ""], dtype=object),
    }
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (word varchar(20), number float8, key bigint, other text)")
        copy_in_arrays("t", columns)
        cursor.execute("SELECT * FROM t")
        assert cursor.fetchall() == [("上海", 1.5, None, "x"), ("", None, 2, "yy"), ("a longer word", 2.5, 3, "")]


def test_a_column_the_table_does_not_take_is_an_error_and_leaves_nothing():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (key int)")
        with pytest.raises(psycopg.DataError), transaction.atomic():
            copy_in_arrays("t", {"key": np.arange(3, dtype=np.int64)})
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchone() == (0,)
