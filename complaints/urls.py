"""Addresses of complaints: the staff's, and the customer's own, which need no login."""

from django.urls import include, path

from .views import intake, mail, public

app_name = "complaints"

# Before the addresses of single cases, which take any number.
urlpatterns = [
    path("complaints/new/", intake.case_create, name="case_create"),
    path("complaints/known/", intake.case_known, name="case_known"),
    path("complaints/files/<int:pk>/", intake.file_download, name="file_download"),
    path("complaints/mail/", mail.mail_create, name="mail_create"),
    path("complaints/report/", public.report_create, name="report_create"),
    path(
        "complaints/track/<str:token>/",
        include(
            [
                path("", public.track_detail, name="track_detail"),
                path("add/", public.track_add, name="track_add"),
                path("accept/", public.track_answer, {"is_accepted": True}, name="track_accept"),
                path("reject/", public.track_answer, {"is_accepted": False}, name="track_reject"),
            ]
        ),
    ),
]
