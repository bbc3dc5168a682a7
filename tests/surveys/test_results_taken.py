"""Results taken out and comments read: who may, what a promise hides, and that formulas stay text."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from customers.models import PersonalDataLog
from surveys import batches
from surveys.models import Answer, Campaign, Invitation
from tests import records
from tests.people import member

from .conftest import NOW
from .test_results import answer

pytestmark = pytest.mark.django_db
SHEETS = ("results_detail", "results_answers", "results_codebook")


def wave(privacy: str, n: int = 5) -> Campaign:
    """Closed, so that answers without names are shown too."""
    campaign = records.campaign(
        records.questionnaire(
            nps={"kind": "nps", "scale_max": 10, "measure": "recommendation"},
            overall={"kind": "satisfaction", "scale_max": 5, "measure": "satisfaction"},
            things={"kind": "matrix", "scale_max": 5, "measure": "attribute", "rows": [
                {"key": "quality", "text": {"en": "Quality"}, "attribute": "quality"},
                {"key": "price", "text": {"en": "Price"}, "attribute": "price"},
            ]},
            buys={"kind": "multiple", "options": [{"key": "spare", "text": {"en": "Spare parts"}}]},
            why={"kind": "text"},
        ),
        privacy=privacy, state="closed", closed_at=NOW,
    )  # fmt: skip
    for _ in range(n):
        answer(campaign, 9)
    batches.move(NOW)
    Answer.objects.filter(text__startswith="Remark").update(text="=1+1 too slow")
    return campaign


def taken(client, name: str, campaign: Campaign, how: str = "csv"):
    return client.get(reverse(f"surveys:{name}", args=[campaign.pk]), {"export": how})


def test_only_who_may_export_takes_results_out_and_it_is_written_down(client, manager, agent, outsider) -> None:
    campaign = wave("identified")
    for who, status in ((agent, 403), (outsider, 403), (member("auditor", "auditor"), 403), (manager, 200)):
        client.force_login(who)
        assert {taken(client, name, campaign).status_code for name in SHEETS} == {status}
    assert {entry.what for entry in PersonalDataLog.objects.all()} == {"results of Wave", "answers of Wave"}
    client.force_login(member("lead", "lead"))
    assert taken(client, "results_answers", campaign).status_code == 403


def test_answers_of_an_identified_survey_name_the_customer_and_run_no_formula(client, manager) -> None:
    client.force_login(manager)
    lines = b"".join(taken(client, "results_answers", wave("identified")).streaming_content).decode()
    assert lines.startswith("\ufeff") and "things.quality" in lines and "C-0" in lines
    assert "'=1+1" in lines


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_answers_of_others_hold_nothing_but_the_answers(client, manager, privacy: str) -> None:
    client.force_login(manager)
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(taken(client, "results_answers", wave(privacy), "xlsx").streaming_content))
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("nps", "overall", "things.quality", "things.price", "buys", "why")
    assert rows[1:] == [(9, 4, 4, 3, "spare", "=1+1 too slow")] * 5
    few = b"".join(taken(client, "results_answers", wave(privacy, 4)).streaming_content).decode()
    assert len(few.splitlines()) == 1


def test_comments_name_customers_only_where_nothing_else_was_promised(client, manager, agent) -> None:
    def read(campaign: Campaign, name: str = "results_comments", **data: str) -> str:
        return client.get(reverse(f"surveys:{name}", args=[campaign.pk]), data).content.decode()

    client.force_login(manager)
    named, unnamed = wave("identified"), wave("confidential")
    assert "/customers/C-0" in read(named) and "too slow" in read(named, q="SLOW")
    assert "Nobody wrote these words" in read(named, q="quick")
    assert "too slow" in read(unnamed) and "C-0" not in read(unnamed) and "happy" in read(unnamed)
    assert "from 50 comments on" in read(unnamed, "results_themes") and "C-0" not in read(unnamed, "results_themes")
    assert "too slow" not in read(wave("confidential", 4))
    client.force_login(member("lead", "lead"))
    assert "too slow" not in read(named) and "too slow" not in read(unnamed)
    client.force_login(agent)
    for name in ("results_comments", "results_themes"):
        assert client.get(reverse(f"surveys:{name}", args=[named.pk])).status_code == 403


def test_themes_of_many_comments_are_common_problems_with_quotes(client, manager) -> None:
    client.force_login(manager)
    campaign = wave("identified", 1)
    asked = campaign.version.questions.get(key="why")
    texts = ["Delivery is late again", "The price is too high", "Support answers fast"]
    for place in range(54):
        said = records.response(campaign, "2020-02-01", records.customer(), {"nps": (2, 3, 10)[place % 3]})
        Answer.objects.create(response=said, campaign=campaign, question=asked, key="why", text=texts[place % 3])
    text = client.get(reverse("surveys:results_themes", args=[campaign.pk])).content.decode()
    problems, others = text.split("Other common themes")
    assert (
        "Delivery is late again" in problems
        and "Support answers fast" in others
        and "<title>2020-02: 18</title>" in problems
    )


def test_theme_words_are_in_the_characters_of_the_reader_and_found_in_either(client, manager) -> None:
    client.force_login(manager)
    campaign = wave("identified", 1)
    asked = campaign.version.questions.get(key="why")
    texts = ["送货总是太慢", "送貨又遲到了", "价格比别家贵"]
    for place in range(54):
        said = records.response(campaign, "2020-02-01", records.customer(), {"nps": 2})
        Answer.objects.create(response=said, campaign=campaign, question=asked, key="why", text=texts[place % 3])
    themes = reverse("surveys:results_themes", args=[campaign.pk])
    for language, word in (("zh-hans", "送货"), ("zh-hant", "送貨")):
        read = client.get(themes, headers={"accept-language": language}).content.decode()
        assert word in re.sub("<q.*?</q>|href=.*?>", "", read)
    comments = reverse("surveys:results_comments", args=[campaign.pk])
    for asked_for in ("送货", "送貨"):
        found = client.get(comments, {"q": asked_for}).content.decode()
        assert "送货总是太慢" in found and "送貨又遲到了" in found and "价格" not in found


def test_answers_that_go_together_are_crossed_tested_and_hidden_where_few(client, manager, agent) -> None:
    client.force_login(manager)
    campaign = records.campaign(
        records.questionnaire(fast={"kind": "yes_no"}, again={"kind": "yes_no"}, why={"kind": "text"})
    )
    asked = {question.key: question for question in campaign.version.questions.all()}
    for fast, again, n in ((1, 1, 9), (1, 0, 6), (0, 1, 6), (0, 0, 9)):
        for _ in range(n):
            said = records.response(campaign, "2020-02-01", records.customer())
            for key, value in (("fast", fast), ("again", again)):
                Answer.objects.create(response=said, campaign=campaign, question=asked[key], key=key, value=value)
    address = reverse("surveys:results_relations", args=[campaign.pk])
    text = client.get(address, {"one": "fast", "other": "again"}).content.decode()
    # 30 answers, of which 18 agree: chi-square is 30 · (18/30 − 12/30)².
    assert "χ² = 1.20, df = 1" in text and ">9<" in text and "n = 30" in text
    assert "·</td>" not in text
    Answer.objects.filter(key="again", value=0).first().response.answers.all().delete()
    Answer.objects.filter(key="again", value=0, response__answers__key="fast", response__answers__value=1).delete()
    assert "·</td>" in client.get(address, {"one": "fast", "other": "again"}).content.decode()
    assert "Choose two questions" in client.get(address).content.decode()
    client.force_login(agent)
    assert client.get(address).status_code == 403


def test_rows_that_agree_have_an_alpha(client, manager) -> None:
    client.force_login(manager)
    campaign = wave("identified")
    address = reverse("surveys:results_relations", args=[campaign.pk])
    assert "none varies" in client.get(address).content.decode()
    Answer.objects.filter(pk__in=Answer.objects.filter(key="things").values("pk")[:6]).update(value=5)
    assert "alpha <strong>" in client.get(address).content.decode()


def test_weights_make_up_for_a_segment_that_answered_less(client, manager, agent) -> None:
    client.force_login(manager)
    campaign = records.campaign(records.questionnaire(nps={"kind": "nps", "scale_max": 10}))
    address = reverse("surveys:results_weighted", args=[campaign.pk])
    assert "too few answers" in client.get(address).content.decode()
    for segment, nps, answered in (("retail", 10, 10), ("industry", 0, 5)):
        for place in range(10):
            by = records.customer(segment=segment)
            invitation = Invitation.objects.create(
                campaign=campaign, customer=by, segment=segment, due_at=campaign.started_at, is_anonymous=False,
                is_answered=place < answered, answered_at=campaign.started_at if place < answered else None,
            )  # fmt: skip
            if place < answered:
                records.response(campaign, "2020-02-01", by, {"nps": nps}, segment=segment, invitation=invitation)
    text = client.get(address).content.decode()
    # As answered 10 of 15 promote and 5 do not; weighted each segment is half.
    assert '<td class="text-end">33</td><td class="text-end">0</td>' in text and "The 15 answers are worth 13" in text
    campaign.responses.filter(segment="industry").first().delete()
    assert "too few answers" in client.get(address).content.decode()
    client.force_login(agent)
    assert client.get(address).status_code == 403
