"""Evaluation models: read them, draft the next version, publish it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmquality.office.exporting import exported
from crmquality.office.models import Organisation, RecordKeeping
from crmquality.office.roles import MemberRequest, Right, requires
from scoring import publishing, suggesting
from scoring.forms import DraftForm, PublishForm
from scoring.models import CurrentScore, EvaluationModel
from scoring.outline import catalogue, export_rows, outline

Status = EvaluationModel.Status


def _model(slug: str, version: int, **conditions: Any) -> EvaluationModel:
    """The version, or 404; `conditions` such as its status belong to what it is wanted for."""
    found = EvaluationModel.objects.select_related("author")
    return get_object_or_404(found, slug=slug, version=version, **conditions)


@requires(Right.SEE_RUNS)
def model_list(request: MemberRequest) -> HttpResponseBase:
    """Every model once, with its published version, its draft and who is scored by it."""
    organisation = Organisation.load()
    entries = catalogue(organisation.business_stage)
    if taken := exported(request, "models", lambda: export_rows(entries)):
        return taken
    context = {"entries": entries, "stage": organisation}
    if request.user.has_right(Right.CONFIGURE):
        recorded = RecordKeeping.recorded(organisation.today(timezone.now()))
        context["suggestion"] = suggesting.suggestion(recorded, organisation.business_stage)
    return render(request, "scoring/model_list.html", context)


@require_POST
@requires(Right.CONFIGURE)
def model_make_default(request: MemberRequest, slug: str) -> HttpResponse:
    """Score everybody whom no assignment names by this model, from the next run on."""
    model = get_object_or_404(EvaluationModel.objects.published(), slug=slug)
    if suggesting.make_default(slug, Organisation.load().business_stage):
        messages.success(request, _("%(model)s is the default from the next evaluation on.") % {"model": model.label})
    return redirect("scoring:model_list")


@requires(Right.SEE_RUNS)
def model_detail(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    model = _model(slug, version)
    versions = EvaluationModel.objects.filter(slug=slug).defer("definition").order_by("-version")
    context = {
        "model": model,
        "outline": outline(model.parsed),
        "versions": versions,
        "draft": next((each for each in versions if each.status == Status.DRAFT), None),
    }
    return render(request, "scoring/model_detail.html", context)


@require_POST
@requires(Right.CONFIGURE)
def model_draft(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    """Open the draft of the next version; the one there is, or a copy of this version."""
    draft = publishing.draft_from(_model(slug, version), request.user)
    return redirect("scoring:model_edit", draft.slug, draft.version)


@requires(Right.CONFIGURE)
def model_edit(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    draft = _model(slug, version, status=Status.DRAFT)
    form = DraftForm(draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        EvaluationModel.objects.filter(pk=draft.pk, status=Status.DRAFT).update(
            name=form.cleaned_data["name"], definition=form.cleaned_data["definition"]
        )
        messages.success(request, _("Draft saved. Customers' scores do not change until it is published."))
        return redirect("scoring:model_detail", slug, version)
    status = 422 if form.is_bound else 200
    return render(request, "scoring/model_edit.html", {"model": draft, "form": form}, status=status)


@requires(Right.CONFIGURE)
def model_publish(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    """A page that names what will happen; sending it with a note makes it happen."""
    draft = _model(slug, version, status=Status.DRAFT)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _publish(request, draft, form.cleaned_data["note"])
    context = {
        "model": draft,
        "form": form,
        "before": EvaluationModel.objects.published().filter(slug=slug).first(),
        "scored": CurrentScore.objects.filter(model__slug=slug).count(),
    }
    return render(request, "scoring/model_publish.html", context, status=422 if form.is_bound else 200)


def _publish(request: MemberRequest, draft: EvaluationModel, note: str) -> HttpResponse:
    try:
        publishing.publish(draft, request.user, note, timezone.now())
    except publishing.NotPossible as error:
        messages.error(request, str(error))
    else:
        said = _("%(model)s is published. The next evaluation scores by it.") % {"model": draft}
        messages.success(request, said)
    return redirect("scoring:model_detail", draft.slug, draft.version)


@require_POST
@requires(Right.CONFIGURE)
def model_discard(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    """Throw a draft away; published versions stay for good."""
    EvaluationModel.objects.filter(slug=slug, version=version, status=Status.DRAFT).delete()
    messages.success(request, _("The draft is gone. Published versions are as they were."))
    return redirect("scoring:model_list")


@require_POST
@requires(Right.CONFIGURE)
def model_retire(request: MemberRequest, slug: str, version: int) -> HttpResponse:
    model = _model(slug, version, status=Status.PUBLISHED)
    try:
        publishing.retire(model)
        messages.success(request, _("%(model)s is out of use.") % {"model": model})
    except publishing.NotPossible as error:
        messages.error(request, str(error))
    return redirect("scoring:model_detail", slug, version)
