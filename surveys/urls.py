"""Addresses of surveys: the staff's, and those of the people asked, who need no login."""

from django.urls import URLPattern, URLResolver, include, path

from .views import campaigns as campaign_views
from .views import leaving, sheets

app_name = "surveys"

Urls = list[URLPattern | URLResolver]

# questionnaires
questionnaires: Urls = []

# campaigns: planning, starting, sending
campaigns: Urls = [
    path("campaigns/", campaign_views.campaign_list, name="campaign_list"),
    path("campaigns/new/", campaign_views.campaign_create, name="campaign_create"),
    path("campaigns/plan/", campaign_views.campaign_plan, name="campaign_plan"),
    path("campaigns/<int:pk>/", campaign_views.campaign_detail, name="campaign_detail"),
    path("campaigns/<int:pk>/edit/", campaign_views.campaign_edit, name="campaign_edit"),
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
results: Urls = []

# answers held apart, bad answers to follow up
answers: Urls = []

# the people asked: the answer page, the end of surveys
asked: Urls = [
    path("no-more/<str:token>/", leaving.leave, name="leave"),
]

urlpatterns = [
    path("surveys/", include([*questionnaires, *campaigns, *results, *answers])),
    path("s/", include(asked)),
]
