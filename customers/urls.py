"""Addresses of imports and care for the data under /data/, of daily work under /customers/."""

from django.urls import include, path, re_path

from .views import attachments, customers, follow_ups, handover, imports, log, privacy, quality, records, visits

app_name = "customers"

data = [
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_create, name="import_create"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/check/", imports.import_check, name="import_check"),
    path("imports/<int:pk>/commit/", imports.import_commit, name="import_commit"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/rejected.csv", imports.import_rejections, name="import_rejections"),
    path("quality/", quality.quality_detail, name="quality_detail"),
    path("duplicates/", quality.duplicate_list, name="duplicate_list"),
    path("duplicates/dismiss/", quality.duplicate_dismiss, name="duplicate_dismiss"),
    path("merges/new/", quality.merge_create, name="merge_create"),
    path("merges/<int:pk>/", quality.merge_detail, name="merge_detail"),
    path("merges/<int:pk>/undo/", quality.merge_undo, name="merge_undo"),
    path("privacy/", privacy.privacy_list, name="privacy_list"),
    path("privacy/contacts/<int:pk>/", privacy.contact_privacy, name="contact_privacy"),
    path("privacy/persons/<int:pk>/", privacy.customer_privacy, name="customer_privacy"),
    re_path(r"^privacy/(contacts|persons)/(\d+)/hand-out/$", privacy.person_hand_out, name="person_hand_out"),
    re_path(r"^privacy/(contacts|persons)/(\d+)/erase/$", privacy.person_erase, name="person_erase"),
]

work = [
    path("new/", customers.customer_create, name="customer_create"),
    path("<path:code>/edit/", customers.customer_edit, name="customer_edit"),
    path("hand-over/", handover.customer_hand_over, name="customer_hand_over"),
    path("find/", log.customer_find, name="customer_find"),
    path("log/", log.interaction_create, name="interaction_create"),
    path("follow-ups/", follow_ups.follow_up_list, name="follow_up_list"),
    path("follow-ups/<int:pk>/done/", follow_ups.follow_up_done, name="follow_up_done"),
    path("follow-ups/<int:pk>/postpone/", follow_ups.follow_up_postpone, name="follow_up_postpone"),
    path("follow-ups/<int:pk>/cancel/", follow_ups.follow_up_cancel, name="follow_up_cancel"),
    path("attachments/<int:pk>/", attachments.attachment_download, name="attachment_download"),
    path("visits/", visits.visit_list, name="visit_list"),
    path("<path:code>/records/", records.record_list, name="record_list"),
    path("<path:code>/records/<slug:kind>/new/", records.record_create, name="record_create"),
    path("<path:code>/records/<slug:kind>/<int:pk>/", records.record_edit, name="record_edit"),
]

urlpatterns = [path("data/", include(data)), path("customers/", include(work))]
