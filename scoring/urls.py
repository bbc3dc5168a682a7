"""Addresses of the pages that show scores and of the evaluation itself."""

from django.urls import path

from .views import assign, customers, drivers, figures, models, runs, timeline

app_name = "scoring"

MODEL = "evaluation/models/<slug:slug>/v<int:version>/"

urlpatterns = [
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/assign/", assign.customer_assign, name="customer_assign"),
    path("customers/assign/undo/", assign.customer_assign_undo, name="customer_assign_undo"),
    path("customers/<path:code>/timeline/", timeline.customer_timeline, name="customer_timeline"),
    path("customers/<path:code>/card/", customers.customer_card, name="customer_card"),
    # A code may hold a slash, as codes of other systems do.
    path("customers/<path:code>/", customers.customer_detail, name="customer_detail"),
    path("surveys/campaigns/<int:pk>/drivers/", drivers.survey_driver_list, name="survey_driver_list"),
    path("evaluation/figures/", figures.figure_list, name="figure_list"),
    path("evaluation/runs/", runs.run_list, name="run_list"),
    path("evaluation/runs/start/", runs.run_start, name="run_start"),
    path("evaluation/runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("evaluation/models/", models.model_list, name="model_list"),
    path("evaluation/models/<slug:slug>/default/", models.model_make_default, name="model_make_default"),
    path(MODEL, models.model_detail, name="model_detail"),
    path(f"{MODEL}draft/", models.model_draft, name="model_draft"),
    path(f"{MODEL}edit/", models.model_edit, name="model_edit"),
    path(f"{MODEL}publish/", models.model_publish, name="model_publish"),
    path(f"{MODEL}discard/", models.model_discard, name="model_discard"),
    path(f"{MODEL}retire/", models.model_retire, name="model_retire"),
]
