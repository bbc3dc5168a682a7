"""The real files, counted a second time in pandas."""

import os
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from customers.imports.progress import Silent
from customers.imports.running import run_import
from customers.imports.starting import start_run
from customers.models import Customer, ImportRun, OrderLine

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("CRMQUALITY_REAL_DATA") or ROOT.parent / "shared" / "data")
pytestmark = pytest.mark.django_db


def real(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not there; name its folder in CRMQUALITY_REAL_DATA.")
    return path


def bring_in(name: str, preset: str, *, dry_run: bool) -> ImportRun:
    path = real(name)
    return run_import(start_run("orders", path, preset=preset), path, Silent(), dry_run=dry_run)


def expected() -> tuple[dict[str, int], int]:
    """Rejections by reason and the accepted money in pence, with nothing of ours."""
    lines = pd.read_csv(real("online_retail.csv.gz"), dtype=str, keep_default_na=False)
    lines["reason"] = ""
    for reason, is_so in (
        ("no_customer", lines.CustomerID == ""),
        ("price_not_positive", lines.UnitPrice.astype(float) <= 0),
        ("not_a_product", ~lines.StockCode.str.match(r"\d{5}|DCGS")),
        ("exact_duplicate", lines.duplicated()),
    ):
        lines.loc[(lines.reason == "") & is_so, "reason"] = reason
    kept = lines[lines.reason == ""]
    is_return = kept.InvoiceNo.str.startswith("C")
    bought = kept[~is_return].copy()
    bought["at"] = bought.groupby("InvoiceNo").InvoiceDate.transform("min")
    first = bought.groupby(["CustomerID", "StockCode"])["at"].min().rename("first").reset_index()
    returned = kept[is_return].reset_index().merge(first, on=["CustomerID", "StockCode"], how="left")
    orphans = returned[~(returned["first"] <= returned.InvoiceDate)]["index"]
    lines.loc[orphans, "reason"] = "no_earlier_purchase"
    good = lines[lines.reason == ""].groupby(["UnitPrice", "Quantity"]).size()
    money = sum(
        int((Decimal(price) * int(quantity) * 100).quantize(Decimal(1), ROUND_HALF_UP)) * count
        for (price, quantity), count in good.items()
    )
    return dict(lines[lines.reason != ""].reason.value_counts()), money


def test_online_retail_adds_up_to_the_last_penny(organisation):
    run = bring_in("online_retail.csv.gz", "uci-online-retail", dry_run=True)
    reasons, money = expected()
    assert run.rejected_by_reason == reasons
    assert run.lines_read == 541_909 == run.created + run.rejected
    assert run.money_accepted == run.money_in_file == money


def test_cdnow_s_sample_comes_in_whole(db):
    run = bring_in("CDNOW_sample.txt", "cdnow", dry_run=False)
    assert (run.lines_read, run.created, run.rejected) == (6919, 6919, 0)
    assert Customer.objects.count() == 2357 and OrderLine.objects.count() == 6919
