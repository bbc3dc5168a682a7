"""Addresses of surveys: the staff's, and those of the people asked, who need no login."""

from django.urls import URLPattern, URLResolver, include, path

from .views import questionnaires as pages
from .views import questions

app_name = "surveys"

Urls = list[URLPattern | URLResolver]

# questionnaires
ONE = "questionnaires/<slug:slug>/"
questionnaires: Urls = [
    path("questionnaires/", pages.questionnaire_list, name="questionnaire_list"),
    path("questionnaires/new/", pages.questionnaire_create, name="questionnaire_create"),
    path(ONE, pages.questionnaire_detail, name="questionnaire_detail"),
    path(f"{ONE}edit/", pages.questionnaire_edit, name="questionnaire_edit"),
    path(f"{ONE}discard/", pages.questionnaire_discard, name="questionnaire_discard"),
    path(f"{ONE}v<int:number>/draft/", pages.questionnaire_draft, name="questionnaire_draft"),
    path(f"{ONE}v<int:number>/duplicate/", pages.questionnaire_duplicate, name="questionnaire_duplicate"),
    path(f"{ONE}v<int:number>/preview/", pages.version_preview, name="version_preview"),
    path(f"{ONE}questions/add/", questions.question_add, name="question_add"),
    path(f"{ONE}questions/restore/", questions.question_restore, name="question_restore"),
    path(f"{ONE}questions/<slug:key>/edit/", questions.question_edit, name="question_edit"),
    path(f"{ONE}questions/<slug:key>/move/", questions.question_move, name="question_move"),
    path(f"{ONE}questions/<slug:key>/duplicate/", questions.question_duplicate, name="question_duplicate"),
    path(f"{ONE}questions/<slug:key>/delete/", questions.question_delete, name="question_delete"),
]

# campaigns: planning, starting, sending
campaigns: Urls = []

# results
results: Urls = []

# answers held apart, bad answers to follow up
answers: Urls = []

# the people asked: the answer page, the end of surveys
asked: Urls = []

urlpatterns = [
    path("surveys/", include([*questionnaires, *campaigns, *results, *answers])),
    path("s/", include(asked)),
]
