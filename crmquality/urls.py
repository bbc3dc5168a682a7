"""Every page's address. An app adds its own urls and one line here."""

from django.contrib import admin
from django.urls import include, path

from crmquality.office.views import notice_preferences

from . import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("day/", views.day, name="day"),
    path("health/", health.Health.as_view(), name="health"),
    path("health/workers/", health.WorkersHealth.as_view(), name="health_workers"),
    path("language/", views.language_switch, name="language_switch"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/preferences/", notice_preferences, name="notice_preferences"),
    path("", include("complaints.urls")),
    path("", include("customers.urls")),
    path("", include("scoring.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
