"""Past surveys come in from files: once, as answers like any other, and go again."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crmquality.office.models import RecordKeeping
from customers.imports.errors import ImportRefused
from customers.imports.progress import Silent
from customers.imports.undo import undo
from customers.models import ChangedCustomer, Customer, CustomerPhase, ImportRun
from customers.privacy.elsewhere import Person
from surveys import campaigns, privacy
from surveys.models import Answer, Campaign, Question, Response, Version
from tests.people import member
from tests.records import at, contact, customer

pytestmark = pytest.mark.django_db
HEADER = "response id,customer code,submitted at,How likely are you to recommend us?,why,overall,survey\n"
ANN = "1,A,2025-03-03 10:00,9,Fast and kind,5 - very satisfied,Spring 2025\n"
BEN = "2,B,2025-03-04 10:00,3,,2,Spring 2025\n"


@pytest.fixture
def bring(bring_in, version):
    customer("A", segment="retail", tier="A")
    customer("B")
    return lambda text, **wishes: bring_in("answers", text, preset="nps", **wishes)


def said(of: Response) -> dict[str, object]:
    return {each.key: each.text or each.choices or each.value for each in of.answers.order_by("key")}


def test_a_line_becomes_a_response_with_its_answers_in_a_closed_wave(bring, version):
    run = bring(HEADER + ANN + BEN)
    assert (run.lines_read, run.created, run.rejected, run.unknown_columns) == (2, 2, 0, [])
    wave = Campaign.objects.get()
    assert (wave.name, wave.state, wave.channel, wave.privacy) == ("Spring 2025", "closed", "import", "identified")
    assert (wave.started_at, wave.closed_at) == (at("2025-03-03", 10), at("2025-03-04", 10))
    one = Response.objects.get(external_id="1")
    assert (one.customer.code, one.segment, one.tier, one.via, one.is_held) == ("A", "retail", "A", "import", False)
    assert (one.submitted_at, one.weight) == (at("2025-03-03", 10), 1)
    assert said(one) == {"nps": 9, "why": "Fast and kind", "overall": 5}
    grade = one.answers.get(key="nps")
    assert (grade.scale_min, grade.scale_max, grade.measure) == (0, 10, "recommendation")
    assert said(Response.objects.get(external_id="2")) == {"nps": 3, "overall": 2}
    assert RecordKeeping.objects.get(kind="surveys").since == dt.date(2025, 3, 3)
    assert set(ChangedCustomer.objects.values_list("customer_id", flat=True)) == {
        one.pk for one in Customer.objects.all()
    }
    assert Version.objects.get().frozen_at is not None


def test_the_same_file_again_changes_nothing_and_a_corrected_one_only_what_it_corrects(bring):
    bring(HEADER + ANN + BEN)
    again = bring(HEADER + ANN + BEN)
    assert (again.unchanged, again.updated, again.created) == (2, 0, 0)
    ChangedCustomer.objects.all().delete()
    corrected = bring(HEADER + ANN.replace(",9,", ",7,") + BEN)
    assert (corrected.unchanged, corrected.updated) == (1, 1)
    assert said(Response.objects.get(external_id="1"))["nps"] == 7
    assert ChangedCustomer.objects.get().customer_id == Customer.objects.get(code="A").pk
    assert (Response.objects.count(), Campaign.objects.count(), Answer.objects.count()) == (2, 1, 5)


def test_an_undone_correction_brings_back_what_was_said_and_an_undone_import_leaves_nothing(bring):
    first = bring(HEADER + ANN)
    later = bring(HEADER + ANN.replace(",9,Fast and kind", ",7,Slow") + BEN.replace("03-04", "04-04"))
    assert Campaign.objects.get().closed_at == at("2025-04-04", 10)
    assert undo(later, Silent()).left_by_undo == {}
    assert said(Response.objects.get()) == {"nps": 9, "why": "Fast and kind", "overall": 5}
    assert Campaign.objects.get().closed_at == at("2025-03-03", 10)
    assert undo(first, Silent()).left_by_undo == {}
    assert not Response.objects.exists() and not Answer.objects.exists() and not Campaign.objects.exists()
    assert not RecordKeeping.objects.exists()


def test_an_answer_that_was_released_or_changed_here_is_left_by_the_undo(bring):
    run = bring(HEADER + ANN)
    Answer.objects.filter(key="nps").update(value=1)
    left = undo(run, Silent()).left_by_undo["rows"]
    assert {(row["target"], row["why"]) for row in left} == {
        ("answer", "changed"), ("response", "referenced"), ("wave", "referenced"),
    }  # fmt: skip


def test_bad_lines_are_rejected_with_their_column(bring):
    lines = ["1,A,2025-03-03,11,,5,", "2,A,2025-03-03,,,,", "3,ZZ,2025-03-03,9,,,", "4,A,,9,,,", "5,A,2099-01-01,9,,,",
             "6,A,2025-03-03,9,,good,"]  # fmt: skip
    run = bring(HEADER + "\n".join(lines) + "\n")
    assert run.rejected_by_reason == {
        "unreadable": 2, "nothing_answered": 1, "unknown_customer": 1, "no_answered_at": 1, "in_the_future": 1,
    }  # fmt: skip
    off_scale = run.rejections.get(line=2)
    assert (off_scale.column, off_scale.value) == ("How likely are you to recommend us?", "11")
    assert not Campaign.objects.exists()


def test_lines_without_a_customer_are_nobodys_and_waves_without_a_name_are_called_after_the_questionnaire(bring):
    lines = "date,nps\n2025-03-03,9\n2025-03-03,10\n2025-03-03,9\n"
    run = bring(lines, source="oldtool")
    assert (run.created, run.rejected) == (3, 0)
    assert bring(lines, source="oldtool").unchanged == 3
    assert {(each.customer, each.is_anonymous) for each in Response.objects.all()} == {(None, False)}
    assert Campaign.objects.get().name == "NPS · oldtool"


def test_the_segment_is_the_one_of_that_day(bring):
    buyer = Customer.objects.get(code="A")
    CustomerPhase.objects.filter(customer=buyer).update(segment="start-up", tier="C")
    CustomerPhase.objects.create(customer=buyer, since=dt.date(2025, 6, 1), segment="retail", tier="A")
    bring(HEADER + ANN)
    assert (Response.objects.get().segment, Response.objects.get().tier) == ("start-up", "C")


def test_a_decision_makers_answer_weighs_more(bring):
    contact(Customer.objects.get(code="A"), "Ann", role="decision_maker")
    bring("customer,contact name,date,nps\nA,Ann,2025-03-03,9\n")
    assert Response.objects.get().weight == 3


def test_choices_and_rows_of_a_matrix_are_found_under_their_words_in_any_language(bring, version):
    options = [{"key": "price", "text": {"en": "Price", "zh-hans": "价格"}}, {"key": "care", "text": {"en": "Care"}}]
    rows = [{"key": "speed", "text": {"en": "Speed", "zh-hans": "速度"}, "attribute": "delivery"}]
    Question.objects.create(version=version, key="liked", position=4, kind="multiple", options=options)
    Question.objects.create(version=version, key="first", position=5, kind="single", options=options)
    Question.objects.create(version=version, key="again", position=6, kind="yes_no", text={"en": "Again?"})
    Question.objects.create(
        version=version, key="parts", position=7, kind="matrix", scale_max=5, measure="attribute", rows=rows
    )
    bring("date,liked,first,Again?,速度\n2025-03-03,价格; Care,price,yes,4\n")
    one = Response.objects.get()
    assert said(one) == {"again": 1, "first": ["price"], "liked": ["price", "care"], "parts": 4}
    assert one.answers.get(key="parts").attribute == "delivery"
    refused = bring("date,first\n2025-03-03,price; care\n2025-03-03,colour\n")
    assert refused.rejected_by_reason == {"unreadable": 2}


def test_without_a_questionnaire_the_file_is_refused_with_those_there_are(bring_in, version):
    with pytest.raises(ImportRefused, match="There are: nps"):
        bring_in("answers", HEADER + ANN)


def test_the_page_knows_the_questionnaire_by_its_columns(bring, client, admin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(admin)
    upload = {"file": SimpleUploadedFile("past.csv", (HEADER + ANN).encode()), "kind": "", "preset": ""}
    page = client.post(reverse("customers:import_create"), upload, follow=True)
    run = ImportRun.objects.get()
    assert (run.kind, run.preset, run.options["mapping"]["q_nps"]) == (
        "answers", "nps", "How likely are you to recommend us?",
    )  # fmt: skip
    assert 'name="map_q_overall"' in page.content.decode()


def test_imported_answers_stand_in_the_results(bring, client, manager):
    lines = [f"{n},,2025-03-03 10:{n:02},{grade},,," for n, grade in enumerate([10, 9, 9, 8, 3])]
    bring(HEADER + "\n".join(lines) + "\n")
    client.force_login(manager)
    assert '<td class="text-end num">5</td>' in client.get(reverse("surveys:campaign_list")).content.decode()
    wave = client.get(Campaign.objects.get().get_absolute_url()).content.decode()
    assert "Brought in from a file" in wave and "To be sent" not in wave and "Priority" not in wave
    page = client.get(reverse("surveys:results_detail", args=[Campaign.objects.get().pk])).content.decode()
    assert "5 answers counted" in page and ">40<" in page


def test_a_copy_of_an_imported_wave_asks_by_mail(bring, admin):
    bring(HEADER + ANN)
    assert campaigns.copy(Campaign.objects.get(), admin, "Again").channel == "email"


def test_erasing_a_person_reaches_what_an_import_changed(bring):
    bring(HEADER + ANN)
    run = bring(HEADER + ANN.replace("Fast and kind", "Slow"))
    buyer = Customer.objects.get(code="A")
    privacy.erase(Person(buyer.pk), [])
    assert "Fast" not in str(list(run.changes.values_list("befores", flat=True)))
    assert Answer.objects.get(key="why").text == "█"


@pytest.mark.parametrize("role", ["agent", "analyst", ""])
def test_whoever_may_not_import_does_not(role, client, version):
    client.force_login(member("somebody", role))
    assert client.get(reverse("customers:import_create")).status_code == 403
