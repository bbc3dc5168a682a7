"""Every page's address. An app adds its own urls and one line here."""

from django.contrib import admin
from django.urls import include, path

from crmquality.office.views import notice_list, notice_preferences, notice_read, token_list, token_revoke

from . import api, health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("day/", views.day, name="day"),
    path("health/", health.Health.as_view(), name="health"),
    path("health/workers/", health.WorkersHealth.as_view(), name="health_workers"),
    path("language/", views.language_switch, name="language_switch"),
    path("notices/", notice_list, name="notice_list"),
    path("notices/<int:pk>/read/", notice_read, name="notice_read"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/preferences/", notice_preferences, name="notice_preferences"),
    path("api-access/", token_list, name="token_list"),
    path("api-access/<slug:pk>/revoke/", token_revoke, name="token_revoke"),
    path("api/", include(api.urlpatterns)),
    path("", include("complaints.urls")),
    path("", include("customers.urls")),
    path("", include("scoring.urls")),
    path("", include("surveys.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler500 = api.server_error
