"""Addresses of the queue and of the pages of a case, under /complaints/."""

from django.urls import path, re_path

from .views import bulk, cases, steps

app_name = "complaints"

# What people call a case.
NUMBER = r"^complaints/(?P<number>K-[0-9]{1,18})/"

urlpatterns = [
    path("complaints/", cases.case_list, name="case_list"),
    path("complaints/filters/", cases.filter_save, name="filter_save"),
    path("complaints/filters/<int:pk>/remove/", cases.filter_remove, name="filter_remove"),
    path("complaints/bulk/", bulk.case_bulk, name="case_bulk"),
    path("complaints/bulk/undo/", bulk.case_bulk_undo, name="case_bulk_undo"),
    path("complaints/day/", cases.case_day, name="case_day"),
    path("complaints/of/<path:code>/", cases.customer_cases, name="customer_cases"),
    re_path(f"{NUMBER}$", cases.case_detail, name="case_detail"),
    re_path(f"{NUMBER}reply/$", steps.case_reply, name="case_reply"),
    re_path(f"{NUMBER}note/$", steps.case_note, name="case_note"),
    re_path(f"{NUMBER}(?P<step>[a-z_]+)/$", steps.case_step, name="case_step"),
]
