"""Addresses of complaints: the staff's, and the customer's own, which need no login."""

from django.urls import URLPattern, URLResolver, include, path

from .views import analysis, intake, mail, public, register

app_name = "complaints"

tracking: list[URLPattern | URLResolver] = [
    path("", public.track_detail, name="track_detail"),
    path("add/", public.track_add, name="track_add"),
    path("accept/", public.track_answer, {"is_accepted": True}, name="track_accept"),
    path("reject/", public.track_answer, {"is_accepted": False}, name="track_reject"),
]

# Single cases come last, for their address takes any number.
cases: list[URLPattern | URLResolver] = [
    path("new/", intake.case_create, name="case_create"),
    path("known/", intake.case_known, name="case_known"),
    path("files/<int:pk>/", intake.file_download, name="file_download"),
    path("mail/", mail.mail_create, name="mail_create"),
    path("report/", public.report_create, name="report_create"),
    path("track/<str:token>/", include(tracking)),
    path("analysis/", analysis.analysis_detail, name="analysis_detail"),
    path("analysis/clocks/", analysis.clock_list, name="clock_list"),
    path("register/", register.register_export, name="register_export"),
]

urlpatterns = [path("complaints/", include(cases))]
