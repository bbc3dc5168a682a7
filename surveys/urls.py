"""Addresses of surveys: the staff's, and those of the people asked, who need no login."""

from django.urls import URLPattern, URLResolver, include, path

from .views import leaving

app_name = "surveys"

Urls = list[URLPattern | URLResolver]

# questionnaires
questionnaires: Urls = []

# campaigns: planning, starting, sending
campaigns: Urls = [
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
