"""manage.py import_file: the fixed keys, and one sentence for every mistake."""

import json

import pytest
from django.core.management import CommandError, call_command

from customers.imports.kinds import KINDS, ORDERS
from customers.imports.mapping import guess_mapping
from customers.models import ImportRun, Order, Product

pytestmark = pytest.mark.django_db
KEYS = [
    "kind", "preset", "dry_run", "lines_read", "accepted", "created", "updated", "unchanged", "rejected",
    "rejected_by_reason", "money_accepted", "money_in_file_of_accepted", "seconds",
]  # fmt: skip


def test_the_json_has_the_fixed_keys(write, uci, capsys):
    call_command("import_file", "orders", str(write(uci)), preset="uci-online-retail", json=True, dry_run=True)
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == KEYS and answer["dry_run"] is True
    assert answer["lines_read"] == answer["accepted"] + answer["unchanged"] + answer["rejected"]
    assert not Order.objects.exists()


def test_the_identity_is_printed_and_progress_goes_elsewhere(write, uci, capsys):
    call_command("import_file", "orders", str(write(uci)), preset="uci-online-retail")
    shown = capsys.readouterr()
    assert "22.05 GBP; the same lines of the file 22.05 GBP" in shown.out
    assert "reading" in shown.err and "reading" not in shown.out


def test_what_has_no_money_says_nothing_of_money(write, capsys):
    call_command("import_file", "products", str(write("code,name\nP1,Pen\n")))
    assert "Money" not in capsys.readouterr().out


def test_one_column_is_corrected_by_hand(write):
    text = "Artikel,name\nP1,Pen\n"
    call_command("import_file", "products", str(write(text)), map=["product=Artikel"], json=True)
    assert Product.objects.get().code == "P1"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ({"map": ["nothing"]}, "FIELD=HEADER"),
        ({"map": ["colour=name"]}, "no field"),
        ({"map": ["name=Nome"]}, "no column"),
        ({"preset": "x"}, "no preset"),
        ({"currency": "XXA"}, "not a currency"),
        ({"encoding": "klingon"}, "not an encoding"),
    ],
)
def test_every_mistake_is_one_sentence(write, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_file", "customers", str(write("code,name\nA,One\n")), **arguments)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_file", "orders", str(tmp_path / "none.csv"))
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_every_required_field_has_english_and_chinese_headers(kind):
    for field in kind.fields:
        if field.required:
            assert any(word.isascii() for word in field.synonyms)
            assert any(not word.isascii() for word in field.synonyms)


def test_headers_are_matched_without_case_punctuation_and_position():
    headers = ["Kd", "ORDER NO.", "客户编号（必填）", "Order_Date", "Amount", "customer name"]
    assert guess_mapping(ORDERS, headers) == {
        "number": "ORDER NO.", "customer": "客户编号（必填）", "customer_name": "customer name",
        "placed_at": "Order_Date", "amount": "Amount",
    }  # fmt: skip


def test_zohos_id_column_is_the_code_and_its_twin_the_name():
    headers = ["Account Name.id", "Account Name", "Order Number", "Date", "Amount"]
    found = guess_mapping(ORDERS, headers)
    assert (found["customer"], found["customer_name"]) == ("Account Name.id", "Account Name")
