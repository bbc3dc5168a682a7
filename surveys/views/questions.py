"""Questions of a draft in the builder: add, edit, move, copy, delete, take back.

With htmx the list of questions comes back, or the one form; without scripts every step is a page.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from crmquality.lib.htmx import render_page, wants_fragment
from crmquality.lib.toasts import read_undo, say_with_undo
from crmquality.office.roles import MemberRequest, Right, requires
from surveys import editing
from surveys.forms.questionnaires import QuestionForm, with_more_lines
from surveys.models import Kind, Question, Version
from surveys.versions import NotPossible, fields_of
from surveys.views.questionnaires import builder, draft_of


def _question(draft: Version, key: str) -> Question:
    return get_object_or_404(Question.objects.select_related("version__questionnaire"), version=draft, key=key)


def _shown(request: MemberRequest, draft: Version, opened: Question | None = None) -> HttpResponse:
    """The list after a change; the page itself for those without scripts."""
    slug = draft.questionnaire.slug
    if not wants_fragment(request):
        if opened:
            return redirect("surveys:question_edit", slug, opened.key)
        return redirect(reverse("surveys:questionnaire_edit", args=[slug]) + "#questions")
    context = builder(draft)
    if opened:
        context["form"] = _form(opened)
        context["opened"] = opened.key
    response = render(request, "surveys/_questions_changed.html", context)
    # A saved form stood inside the list that it changed.
    response = reswap(retarget(response, "#questions"), "outerHTML")
    return trigger_client_event(response, "questionsChanged", after="settle")


def _form(question: Question, data: Any = None) -> QuestionForm:
    questions = list(question.version.questions.order_by("position"))
    used = Question.objects.filter(
        version__questionnaire=question.version.questionnaire_id, version__frozen_at__isnull=False, key=question.key
    )
    return QuestionForm(question, questions, used.exists(), data)


@require_POST
@requires(Right.CONFIGURE)
def question_add(request: MemberRequest, slug: str) -> HttpResponse:
    """A question of the `kind` that was posted, opened for writing."""
    draft = draft_of(slug)
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        messages.error(request, _("Choose what kind of question it is."))
        return _shown(request, draft)
    try:
        added = editing.add(draft, Kind(kind))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _shown(request, draft)
    return _shown(request, draft, added)


@requires(Right.CONFIGURE)
def question_edit(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    """GET the form; POST saves, or with `more` gives the form back with more lines."""
    draft = draft_of(slug)
    if request.method != "POST":
        return _editing(request, _form(_question(draft, key)))
    if "more" in request.POST:
        return _editing(request, _form(_question(draft, key), with_more_lines(request.POST)))
    with transaction.atomic():
        try:
            editing.locked(draft)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect("surveys:questionnaire_detail", slug)
        form = _form(_question(draft, key), request.POST)
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return _shown(request, draft)
    return _editing(request, form, 422)


def _editing(request: MemberRequest, form: QuestionForm, status: int = 200) -> HttpResponse:
    version = form.question.version
    context = {"form": form, "question": form.question, "version": version, "questionnaire": version.questionnaire}
    return render_page(request, "surveys/question_edit.html", "surveys/_question_form.html", context, status)


@require_POST
@requires(Right.CONFIGURE)
def question_move(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    """By `step` (-1 up, 1 down), or to the `place` it was dragged to."""
    draft = draft_of(slug)
    question = _question(draft, key)
    try:
        place = int(request.POST.get("place") or question.position + int(request.POST.get("step", 0)))
        editing.move(question, place)
    except ValueError:
        messages.error(request, _("This is no place in the list."))
    except NotPossible as reason:
        messages.error(request, str(reason))
    return _shown(request, draft)


@require_POST
@requires(Right.CONFIGURE)
def question_duplicate(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    draft = draft_of(slug)
    try:
        copy = editing.duplicate(_question(draft, key))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _shown(request, draft)
    return _shown(request, draft, copy)


@require_POST
@requires(Right.CONFIGURE)
def question_delete(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    """Gone, with the offer to take it back."""
    draft = draft_of(slug)
    question = _question(draft, key)
    try:
        editing.delete(question)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _shown(request, draft)
    what = {"version": draft.pk, "position": question.position, "fields": fields_of(question)}
    text = _("“%(question)s” is deleted.") % {"question": question}
    say_with_undo(request, text, reverse("surveys:question_restore", args=[slug]), what)
    return _shown(request, draft)


@require_POST
@requires(Right.CONFIGURE)
def question_restore(request: MemberRequest, slug: str) -> HttpResponse:
    draft = draft_of(slug)
    what = read_undo(request)
    if what and what["version"] == draft.pk:
        try:
            editing.restore(draft, what["fields"], what["position"])
            messages.success(request, _("It is back."))
        except NotPossible as reason:
            messages.error(request, str(reason))
    else:
        messages.error(request, _("This can no longer be taken back."))
    return _shown(request, draft)
