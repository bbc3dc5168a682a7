"""Questionnaires: the list, one with its versions, its preview, and the builder of its draft."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from surveys import versions
from surveys.drawing import drawn
from surveys.forms.questionnaires import HeadForm, NewForm
from surveys.models import Kind, Question, Questionnaire, Version


def version_of(slug: str, number: int, **conditions: Any) -> Version:
    """The version, or 404; `conditions` belong to what it is wanted for."""
    found = Version.objects.select_related("questionnaire")
    return get_object_or_404(found, questionnaire__slug=slug, number=number, **conditions)


def draft_of(slug: str) -> Version:
    """The draft of this questionnaire, or 404."""
    found = Version.objects.select_related("questionnaire")
    return get_object_or_404(found, questionnaire__slug=slug, frozen_at=None)


@require_safe
@requires(Right.SEE_RUNS)
def questionnaire_list(request: MemberRequest) -> HttpResponse:
    """Every questionnaire with its newest version, those in use first."""
    counted = Version.objects.annotate(question_count=Count("questions")).order_by("-number")
    found = Questionnaire.objects.annotate(campaign_count=Count("versions__campaigns"))
    rows: list[dict[str, Any]] = [
        {"questionnaire": each, "newest": each.versions.all()[0], "campaigns": each.campaign_count}
        for each in found.prefetch_related(Prefetch("versions", counted))
        if each.versions.all()
    ]
    rows.sort(key=lambda row: (not row["questionnaire"].is_active, _(row["questionnaire"].name)))
    return render(request, "surveys/questionnaire_list.html", {"rows": rows})


@requires(Right.CONFIGURE)
def questionnaire_create(request: MemberRequest) -> HttpResponse:
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = versions.create(data["name"], data["purpose"], form.short_name)
        return redirect("surveys:questionnaire_edit", made.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/questionnaire_create.html", {"form": form}, status=status)


@require_safe
@requires(Right.SEE_RUNS)
def questionnaire_detail(request: MemberRequest, slug: str) -> HttpResponse:
    """The version of ?version=, else the newest; and what each version changed."""
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    every = list(
        questionnaire.versions.annotate(campaign_count=Count("campaigns")).prefetch_related(
            Prefetch("questions", Question.objects.order_by("position"))
        )
    )
    wanted = request.GET.get("version", "")
    shown = next((each for each in every if str(each.number) == wanted), every[0])
    before = [*every[1:], None]
    history = [
        {
            "version": each,
            "changes": versions.changes(list(older.questions.all()), list(each.questions.all())) if older else [],
            "is_first": older is None,
        }
        for each, older in zip(every, before, strict=True)
    ]
    context = {
        "questionnaire": questionnaire,
        "version": shown,
        "questions": _rows(shown),
        "history": history,
        "draft": next((each for each in every if not each.frozen_at), None),
        "problems": [] if shown.frozen_at else versions.problems(shown, shown.questions.all()),
    }
    return render(request, "surveys/questionnaire_detail.html", context)


def _rows(version: Version) -> list[dict[str, Any]]:
    """Each question with what the lists say about it; of a prefetched version no query."""
    questions = sorted(version.questions.all(), key=lambda each: each.position)
    names = {each.key: str(each) for each in questions}
    return [
        {
            "question": each,
            "about": names.get(each.show_if.get("question", ""), ""),
            "missing": versions.missing_in(each),
        }
        for each in questions
    ]


@requires(Right.CONFIGURE)
def questionnaire_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """The builder of the draft; POST saves its head. Without a draft: the questionnaire itself."""
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    draft = questionnaire.versions.filter(frozen_at=None).first()
    if draft is None:
        return redirect("surveys:questionnaire_detail", slug)
    draft.questionnaire = questionnaire
    form = HeadForm(draft, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It is still a draft: nobody is asked by it yet."))
        return redirect("surveys:questionnaire_edit", slug)
    context = builder(draft) | {"form": form}
    return render(request, "surveys/questionnaire_edit.html", context, status=422 if form.is_bound else 200)


def builder(draft: Version) -> dict[str, Any]:
    """What the builder shows beside the form of the head."""
    questions = list(draft.questions.order_by("position"))
    return {
        "version": draft,
        "questionnaire": draft.questionnaire,
        "questions": _rows(Version.objects.prefetch_related("questions").get(pk=draft.pk)),
        "problems": versions.problems(draft, questions),
        "estimate": versions.minutes(questions),
        "kinds": Kind.choices,
        "languages": settings.LANGUAGES,
    }


@require_POST
@requires(Right.CONFIGURE)
def questionnaire_draft(request: MemberRequest, slug: str, number: int) -> HttpResponse:
    """Open the draft of the next version; the one there is, or a copy of this version."""
    versions.draft_from(version_of(slug, number))
    return redirect("surveys:questionnaire_edit", slug)


@require_POST
@requires(Right.CONFIGURE)
def questionnaire_duplicate(request: MemberRequest, slug: str, number: int) -> HttpResponse:
    copy = versions.duplicate(version_of(slug, number))
    messages.success(request, _("This is the copy. Give it a name of its own."))
    return redirect("surveys:questionnaire_edit", copy.slug)


@require_POST
@requires(Right.CONFIGURE)
def questionnaire_discard(request: MemberRequest, slug: str) -> HttpResponse:
    """Throw the draft away; versions that were used stay for good."""
    try:
        is_gone = versions.discard(draft_of(slug))
    except versions.NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("surveys:questionnaire_edit", slug)
    if is_gone:
        messages.success(request, _("The questionnaire is gone."))
        return redirect("surveys:questionnaire_list")
    messages.success(request, _("The draft is gone. Versions that were used are as they were."))
    return redirect("surveys:questionnaire_detail", slug)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@requires(Right.SEE_RUNS)
def version_preview(request: MemberRequest, slug: str, number: int) -> HttpResponse:
    """The page as customers see it, in ?language=; its answers go nowhere."""
    version = version_of(slug, number)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        asked = drawn(version.questions.order_by("position"), language=language)
        context = {
            "version": version,
            "words": version.in_language(language),
            "asked": asked,
            "organisation": Organisation.load(),
        }
        return render(request, "surveys/version_preview.html", context)
