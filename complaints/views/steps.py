"""What is done with a case, one small form each; the form says how it is done."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import trigger_client_event

from complaints.access import case_edit
from complaints.forms.edits import EDITS
from complaints.forms.messages import MessageForm, NoteForm, ReplyForm
from complaints.forms.steps import LIFE, StepForm
from complaints.models import Case, NotAllowed, Overtaken
from crmquality.lib.htmx import finish, render_page, wants_fragment
from crmquality.office.roles import MemberRequest, Right, requires

FORMS = {**LIFE, **EDITS}


@requires(Right.EDIT)
def case_step(request: MemberRequest, number: str, step: str) -> HttpResponse:
    """The form of a step, and the step: 409 when somebody was faster, with the form as it was filled in."""
    if step not in FORMS:
        raise Http404
    case, now = case_edit(request.user, number), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = FORMS[step](data, case=case, member=request.user, now=now, asked=request.GET)
    status = 200
    if request.method == "POST":
        status = _attempt(form)
        if status == 200:
            messages.success(request, form.done)
            return finish(request, case.get_absolute_url())
        if status == 409:
            form = form.renewed(Case.objects.get(pk=case.pk))
    return _form(request, case_edit(request.user, number), form, status)


def _attempt(form: StepForm) -> int:
    """Take the step: 200, 422 where the form is wrong, 409 where the case stands otherwise by now."""
    if not form.is_valid():
        return 422
    try:
        form.take()
    except (Overtaken, NotAllowed):
        return 409
    return 200


def _form(request: MemberRequest, case: Case, form: StepForm, status: int) -> HttpResponse:
    context = {"case": case, "form": form, "is_overtaken": status == 409, "is_offered": form.is_offered(case)}
    return render_page(request, "complaints/case_step.html", "complaints/_case_step.html", context, status)


@requires(Right.EDIT)
def case_reply(request: MemberRequest, number: str) -> HttpResponse:
    """Answer the customer."""
    return _written(request, number, ReplyForm, "complaints/_case_reply.html", "reply")


@requires(Right.EDIT)
def case_note(request: MemberRequest, number: str) -> HttpResponse:
    """Write something down among us."""
    return _written(request, number, NoteForm, "complaints/_case_note.html", "note")


def _written(
    request: MemberRequest, number: str, form_class: type[MessageForm], fragment: str, name: str
) -> HttpResponse:
    """The form in the page comes back empty once its text is kept, else with its text."""
    case, now = case_edit(request.user, number), timezone.now()
    data = request.POST if request.method == "POST" else None
    form: StepForm = form_class(data, case=case, member=request.user, now=now, asked=request.GET)
    context: dict[str, Any] = {"case": case}
    if request.method != "POST":
        return render_page(request, "complaints/case_step.html", fragment, context | {"form": form, name: form})
    status = _attempt(form)
    if status != 200:
        context |= {"form": form, name: form, "is_overtaken": status == 409, "is_offered": True}
        return render_page(request, "complaints/case_step.html", fragment, context, status)
    messages.success(request, form.done)
    if not wants_fragment(request):
        return redirect(case.get_absolute_url())
    case = case_edit(request.user, number)
    context = {"case": case, name: form_class(None, case=case, member=request.user, now=now), "is_written": True}
    return trigger_client_event(render(request, fragment, context), "recordsChanged")
