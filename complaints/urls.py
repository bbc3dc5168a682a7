from django.urls import include, path

from .views import analysis, register

app_name = "complaints"

learned = [
    path("analysis/", analysis.analysis_detail, name="analysis_detail"),
    path("analysis/clocks/", analysis.clock_list, name="clock_list"),
    path("register/", register.register_export, name="register_export"),
]

urlpatterns = [path("complaints/", include(learned))]
