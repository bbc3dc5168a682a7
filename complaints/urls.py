"""Addresses of complaints: the staff's, and the customer's own, which need no login."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from .views import analysis, bulk, cases, intake, mail, public, register, steps

app_name = "complaints"

Urls = list[URLPattern | URLResolver]

tracking: Urls = [
    path("", public.track_detail, name="track_detail"),
    path("add/", public.track_add, name="track_add"),
    path("accept/", public.track_answer, {"is_accepted": True}, name="track_accept"),
    path("reject/", public.track_answer, {"is_accepted": False}, name="track_reject"),
]

intaken: Urls = [
    path("new/", intake.case_create, name="case_create"),
    path("known/", intake.case_known, name="case_known"),
    path("files/<int:pk>/", intake.file_download, name="file_download"),
    path("mail/", mail.mail_create, name="mail_create"),
    path("report/", public.report_create, name="report_create"),
    path("track/<str:token>/", include(tracking)),
]

learned: Urls = [
    path("analysis/", analysis.analysis_detail, name="analysis_detail"),
    path("analysis/clocks/", analysis.clock_list, name="clock_list"),
    path("analysis/<slug:panel>/", analysis.analysis_panel, name="analysis_panel"),
    path("register/", register.register_export, name="register_export"),
    path("register/<int:pk>/", register.register_detail, name="register_detail"),
    path("register/<int:pk>/file/", register.register_download, name="register_download"),
]

queue: Urls = [
    path("", cases.case_list, name="case_list"),
    path("filters/", cases.filter_save, name="filter_save"),
    path("filters/<int:pk>/remove/", cases.filter_remove, name="filter_remove"),
    path("bulk/", bulk.case_bulk, name="case_bulk"),
    path("bulk/undo/", bulk.case_bulk_undo, name="case_bulk_undo"),
    path("day/", cases.case_day, name="case_day"),
    path("of/<path:code>/", cases.customer_cases, name="customer_cases"),
]

# What people call a case.
NUMBER = r"^(?P<number>K-[0-9]{1,18})/"

single: Urls = [
    re_path(f"{NUMBER}$", cases.case_detail, name="case_detail"),
    re_path(f"{NUMBER}reply/$", steps.case_reply, name="case_reply"),
    re_path(f"{NUMBER}note/$", steps.case_note, name="case_note"),
    re_path(f"{NUMBER}(?P<step>[a-z_]+)/$", steps.case_step, name="case_step"),
]

urlpatterns = [path("complaints/", include([*intaken, *learned, *queue, *single]))]
