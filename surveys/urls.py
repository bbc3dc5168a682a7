"""Addresses of surveys: the staff's, and those of the people asked, who need no login."""

from django.urls import URLPattern, URLResolver, include, path

from .views import answering, comments, held, leaving, loop, questions, relations, sheets
from .views import campaigns as campaign_views
from .views import questionnaires as pages
from .views import results as result_views

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
campaigns: Urls = [
    path("campaigns/", campaign_views.campaign_list, name="campaign_list"),
    path("campaigns/new/", campaign_views.campaign_create, name="campaign_create"),
    path("campaigns/plan/", campaign_views.campaign_plan, name="campaign_plan"),
    path("campaigns/<int:pk>/", campaign_views.campaign_detail, name="campaign_detail"),
    path("campaigns/<int:pk>/edit/", campaign_views.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/copy/", campaign_views.campaign_copy, name="campaign_copy"),
    path("campaigns/<int:pk>/delete/", campaign_views.campaign_delete, name="campaign_delete"),
    path("campaigns/<int:pk>/start/", campaign_views.campaign_start, name="campaign_start"),
    path("campaigns/<int:pk>/close/", campaign_views.campaign_close, name="campaign_close"),
    path("campaigns/<int:pk>/last/", campaign_views.campaign_stop_repeating, name="campaign_stop_repeating"),
    path("campaigns/<int:pk>/mails/", campaign_views.mailing_decide, name="mailing_decide"),
    path("campaigns/<int:pk>/links/", sheets.sheet_create, name="sheet_create"),
    path("campaigns/<int:pk>/public/", sheets.public_sheet, name="public_sheet"),
    path("calls/", sheets.call_list, name="call_list"),
    path("bounces/", leaving.bounce_create, name="bounce_create"),
]

# results
results: Urls = [
    path("campaigns/<int:pk>/results/", result_views.results_detail, name="results_detail"),
    path("campaigns/<int:pk>/results/answers/", result_views.results_answers, name="results_answers"),
    path("campaigns/<int:pk>/results/codebook/", result_views.results_codebook, name="results_codebook"),
    path("campaigns/<int:pk>/results/comments/", comments.results_comments, name="results_comments"),
    path("campaigns/<int:pk>/results/themes/", comments.results_themes, name="results_themes"),
    path("campaigns/<int:pk>/results/relations/", relations.results_relations, name="results_relations"),
    path("campaigns/<int:pk>/results/reach/", relations.results_reach, name="results_reach"),
    path("campaigns/<int:pk>/results/weighted/", relations.results_weighted, name="results_weighted"),
]

# answers held apart, bad answers to follow up
answers: Urls = [
    path("answers/<int:pk>/enter/", answering.answer_staff, name="answer_staff"),
    path("held/", held.held_list, name="held_list"),
    path("held/decide/", held.held_decide_many, name="held_decide_many"),
    path("held/<int:pk>/", held.held_decide, name="held_decide"),
    path("follow-ups/", loop.loop_list, name="loop_list"),
]

# the people asked: the answer page, the end of surveys
asked: Urls = [
    path("no-more/<str:token>/", leaving.leave, name="leave"),
    path("p/<str:slug>", answering.answer_public, name="answer_public"),
    path("<str:token>", answering.answer, name="answer"),
    path("<str:token>/draft", answering.draft_save, name="draft_save"),
    path("<str:token>/call", answering.call_ask, name="call_ask"),
]

urlpatterns = [
    path("surveys/", include([*questionnaires, *campaigns, *results, *answers])),
    path("s/", include(asked)),
]
