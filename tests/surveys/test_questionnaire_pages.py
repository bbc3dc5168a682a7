"""The pages of questionnaires and the builder: who may, what they do with and without scripts, what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import versions
from surveys.models import Question, Questionnaire
from tests.surveys.conftest import NOW

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def at(name, *args):
    return reverse(f"surveys:{name}", args=args)


@pytest.fixture
def writer(client, admin):
    client.force_login(admin)
    return client


def keys(version):
    return list(version.questions.order_by("position").values_list("key", flat=True))


LOOKS = [("questionnaire_list",), ("questionnaire_detail", "nps"), ("version_preview", "nps", 1)]
FORMS = [("questionnaire_create",), ("questionnaire_edit", "nps"), ("question_edit", "nps", "nps")]
STEPS = [
    ("questionnaire_draft", "nps", 1), ("questionnaire_duplicate", "nps", 1), ("questionnaire_discard", "nps"),
    ("question_add", "nps"), ("question_restore", "nps"), ("question_move", "nps", "nps"),
    ("question_duplicate", "nps", "nps"), ("question_delete", "nps", "nps"),
]  # fmt: skip


@pytest.mark.parametrize("page", LOOKS)
def test_those_who_see_results_may_look(client, version, manager, agent, outsider, page):
    assert client.get(at(*page)).status_code == 302
    for who, status in ((manager, 200), (agent, 403), (outsider, 403)):
        client.force_login(who)
        assert client.get(at(*page)).status_code == status


@pytest.mark.parametrize("page", [*FORMS, *STEPS])
def test_only_admins_write(client, version, manager, agent, outsider, page):
    assert client.post(at(*page)).status_code == 302
    for who in (manager, agent, outsider):
        client.force_login(who)
        assert client.post(at(*page)).status_code == 403
    assert keys(version) == ["nps", "why", "overall"]


@pytest.mark.parametrize("page", STEPS)
def test_looking_changes_nothing(writer, version, page):
    assert writer.get(at(*page)).status_code == 405


def test_without_questionnaires_the_list_says_how_to_get_some(writer):
    page = writer.get(at("questionnaire_list")).content.decode()
    assert "No questionnaires yet" in page and at("questionnaire_create") in page


def test_a_manager_sees_no_button_that_is_not_for_him(client, manager, version):
    client.force_login(manager)
    assert "Edit the draft" not in client.get(at("questionnaire_detail", "nps")).content.decode()


def test_a_new_questionnaire_opens_its_builder(writer):
    answer = writer.post(at("questionnaire_create"), {"name": "Ask them", "purpose": ""}, follow=True)
    assert "No questions yet. Add the first one below." in answer.content.decode()
    assert Questionnaire.objects.get().slug == "ask-them"
    assert writer.post(at("questionnaire_create"), {"name": ""}).status_code == 422


def test_a_used_version_is_edited_as_the_next_one(writer, version):
    version.freeze(NOW)
    assert writer.get(at("questionnaire_edit", "nps")).url == at("questionnaire_detail", "nps")
    writer.post(at("questionnaire_draft", "nps", 1))
    page = writer.get(at("questionnaire_detail", "nps")).content.decode()
    assert "Draft of version 2" in page and "frozen on" in page
    writer.post(at("questionnaire_discard", "nps"))
    assert Questionnaire.objects.get().versions.count() == 1


def head(**fields):
    return {"name": "NPS", "purpose": "", "minutes": "3", "title-en": "How are we?", "is_active": "on", **fields}


def test_the_head_is_saved_in_three_languages_and_gaps_are_marked(writer, version):
    writer.post(at("questionnaire_edit", "nps"), head(**{"title-zh-hans": "如何？", "offers_call": "on"}))
    version.refresh_from_db()
    assert (version.title, version.minutes, version.offers_call) == (
        {"en": "How are we?", "zh-hans": "如何？"},
        3,
        True,
    )
    page = writer.get(at("questionnaire_edit", "nps")).content.decode()
    assert "missing" in page and "By its questions about 1 minute." in page
    assert writer.post(at("questionnaire_edit", "nps"), head(minutes="0")).status_code == 422


def question_form(**fields):
    return {"key": "why", "text-en": "Why is that?", "text-zh-hans": "原因？", "condition_is": "at_most", **fields}


def test_a_question_is_edited_on_a_page_or_in_place(writer, version):
    url = at("question_edit", "nps", "why")
    assert writer.post(url, question_form(is_required="on")).status_code == 302
    assert version.questions.get(key="why").is_required
    answer = writer.post(url, question_form(), **HTMX)
    assert 'id="questions"' in answer.content.decode() and "questionsChanged" in answer["HX-Trigger-After-Settle"]
    assert "<html" not in writer.get(url, **HTMX).content.decode()
    assert "<html" in writer.get(url).content.decode()


def test_a_condition_is_chosen_among_the_questions_above(writer, version):
    url = at("question_edit", "nps", "why")
    writer.post(url, question_form(condition_on="nps", condition_value="nps=6"))
    assert version.questions.get(key="why").show_if == {"question": "nps", "is": "at_most", "value": 6}
    assert writer.post(url, question_form(condition_on="overall", condition_value="overall=3")).status_code == 422
    for wrong in ({"condition_is": "includes"}, {"condition_value": "overall=3"}, {"condition_value": "nps=77"}):
        form = question_form(condition_on="nps", condition_value="nps=6") | wrong
        assert writer.post(url, form).status_code == 422
    assert version.questions.get(key="why").show_if == {"question": "nps", "is": "at_most", "value": 6}


def test_a_broken_condition_is_refused_with_a_sentence(writer, version):
    Question.objects.filter(version=version, key="why").update(show_if={"question": "nps", "is": "answered"})
    answer = writer.post(at("question_move", "nps", "why"), {"step": "-1"}, follow=True)
    assert "“Why?” depends on an answer and must stay below that question." in answer.content.decode()
    assert keys(version) == ["nps", "why", "overall"]


def lines(*texts, keys=(), more=""):
    form = {"lines-TOTAL_FORMS": str(len(texts)), "lines-INITIAL_FORMS": "0"}
    for place, text in enumerate(texts):
        form |= {f"lines-{place}-text-en": text, f"lines-{place}-ORDER": str(place + 1)}
        form[f"lines-{place}-key"] = keys[place] if place < len(keys) else ""
    return form | ({"more": "1"} if more else {})


def single(writer, version):
    writer.post(at("question_add", "nps"), {"kind": "single"})
    return at("question_edit", "nps", "single")


def single_form(**fields):
    return {"key": "single", "text-en": "Which?", "condition_is": "equals", **fields}


def test_choices_get_keys_of_their_words_and_keep_them(writer, version):
    url = single(writer, version)
    writer.post(url, single_form(**lines("Price", "Too late", "", "Price")))
    options = version.questions.get(key="single").options
    assert [each["key"] for each in options] == ["price", "too_late", "price_2"]
    writer.post(url, single_form(**lines("Cost", "", keys=["price", "too_late"])))
    assert version.questions.get(key="single").options == [{"key": "price", "text": {"en": "Cost"}}]


def test_order_is_that_of_the_places(writer, version):
    url = single(writer, version)
    writer.post(url, single_form(**lines("A", "B") | {"lines-0-ORDER": "2", "lines-1-ORDER": "1"}))
    assert [each["text"]["en"] for each in version.questions.get(key="single").options] == ["B", "A"]


def test_more_lines_save_nothing(writer, version):
    url = single(writer, version)
    page = writer.post(url, single_form(**lines("A", more="1"))).content.decode()
    assert 'name="lines-3-text-en"' in page and 'value="A"' in page
    assert version.questions.get(key="single").options == []


def test_a_choice_that_another_question_waits_for_stays(writer, version):
    url = single(writer, version)
    writer.post(url, single_form(**lines("A", "B")))
    writer.post(at("question_add", "nps"), {"kind": "text"})
    Question.objects.filter(version=version, key="text").update(
        show_if={"question": "single", "is": "equals", "value": "b"}
    )
    answer = writer.post(url, single_form(**lines("A", keys=["a"])))
    assert answer.status_code == 422 and "would be gone" in answer.content.decode()


def test_rows_of_a_matrix_are_tied(writer, version):
    writer.post(at("question_add", "nps"), {"kind": "matrix"})
    form = {"key": "matrix", "text-en": "How?", "scale_max": "7", "look": "numbers", "measure": "attribute"}
    ties = {"lines-0-tie": "attribute:price", "lines-1-tie": "stage:use"}
    form |= {"condition_is": "answered"} | lines("Price", "Use") | ties
    assert writer.post(at("question_edit", "nps", "matrix"), form).status_code == 302
    matrix = version.questions.get(key="matrix")
    assert (matrix.scale_max, matrix.rows[0]["attribute"], matrix.rows[1]["stage"]) == (7, "price", "use")


def test_the_id_and_the_scale_of_an_answered_question_stay(writer, version):
    version.freeze(NOW)
    draft = versions.draft_from(version)
    form = {"key": "other", "text-en": "All in all?", "scale_max": "10", "look": "stars", "measure": "satisfaction"}
    assert writer.post(at("question_edit", "nps", "overall"), form | {"condition_is": "at_most"}).status_code == 302
    overall = draft.questions.get(key="overall")
    assert (overall.scale_max, overall.look, overall.text) == (5, "stars", {"en": "All in all?"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "nps"}, {"key": "9 lives"}, {"measure": "stage"}, {"measure": "attribute"}, {"scale_max": "6"},
        {"look": "fireworks"}, {"text-en": "x" * 1001}, {"text-en": "a\0b"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(writer, version, wrong):
    form = {"key": "overall", "text-en": "?", "scale_max": "5", "look": "stars", "condition_is": "at_most"}
    assert writer.post(at("question_edit", "nps", "overall"), form | wrong).status_code == 422


def test_a_deleted_question_can_be_taken_back(writer, version):
    answer = writer.post(at("question_delete", "nps", "why"), **HTMX)
    assert keys(version) == ["nps", "overall"]
    token = re.search(r'name="undo" value="([^"]+)"', answer.content.decode())[1]
    assert "It is back." in writer.post(at("question_restore", "nps"), {"undo": token}, follow=True).content.decode()
    assert keys(version) == ["nps", "why", "overall"]
    writer.post(at("question_restore", "nps"), {"undo": "forged"})
    assert keys(version) == ["nps", "why", "overall"]


def test_questions_move_by_step_and_by_place(writer, version):
    writer.post(at("question_move", "nps", "overall"), {"step": "-1"})
    writer.post(at("question_move", "nps", "nps"), {"place": "3"}, **HTMX)
    assert keys(version) == ["overall", "why", "nps"]
    for nonsense in ({"step": "x"}, {"place": "1e9"}, {}):
        writer.post(at("question_move", "nps", "nps"), nonsense)
    assert keys(version) == ["overall", "why", "nps"]


def test_unknown_kinds_and_questions(writer, version):
    assert "Choose what kind" in writer.post(at("question_add", "nps"), {"kind": "x"}, follow=True).content.decode()
    assert writer.get(at("question_edit", "nps", "nowhere")).status_code == 404
    assert writer.get(at("questionnaire_detail", "nowhere")).status_code == 404


def test_the_preview_stands_in_our_own_pages_only_and_in_the_language_asked_for(writer, version):
    answer = writer.get(at("version_preview", "nps", 1) + "?language=zh-hans")
    assert answer["X-Frame-Options"] == "SAMEORIGIN" and "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert 'lang="zh-Hans"' in page and "您有多大可能推荐我们？" in page
    assert page.count('name="q-nps"') == 11
    assert "How are we doing?" in writer.get(at("version_preview", "nps", 1) + "?language=xx").content.decode()


@pytest.mark.parametrize("page", [*LOOKS, ("questionnaire_edit", "nps")])
def test_pages_cost_the_same_however_much_there_is(writer, version, page):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert writer.get(at(*page)).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(4, 24):
        Question.objects.create(version=version, key=f"q{number}", position=number, kind="yes_no", text={"en": "?"})
    for number in range(20):
        versions.create(f"More {number}", "", f"more-{number}")
    assert cost() == few
