"""COPY there and back."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from django.db import connection

from crmquality.lib.copying import copy_in, copy_out

pytestmark = pytest.mark.django_db


def test_what_is_copied_in_comes_out_the_same():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE there (n bigint, x float8, t text, at timestamptz, yes boolean, many real[])")
    at = dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC)
    frame = pd.DataFrame({
        "n": [1, 2], "x": [0.1, np.nan], "t": ['a,"b\n', None], "at": [at, None], "yes": [True, False],
        "many": [[1.5, None], np.array([2.0])],
    })  # fmt: skip
    assert copy_in("there", list(frame), frame) == 2
    back = copy_out("SELECT * FROM there ORDER BY n")
    assert back["n"].tolist() == [1, 2] and back["x"][0] == 0.1 and np.isnan(back["x"][1])
    assert back["t"].tolist() == ['a,"b\n', None] and back["yes"].tolist() == [True, False]
    assert back["at"][0] == at and pd.isna(back["at"][1])
    assert back["many"].tolist() == ["{1.5,NULL}", "{2}"]


def test_parameters_and_no_rows():
    back = copy_out("SELECT 1 AS n, 'x'::text AS t WHERE %s = 2", [1])
    assert list(back) == ["n", "t"] and back.empty


def test_empty_text_is_not_null():
    assert copy_out("SELECT ''::text AS a, NULL::text AS b").iloc[0].tolist() == ["", None]
