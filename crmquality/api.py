"""The one router of the API, its description, and its answers to what leads nowhere."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import include, path, re_path
from django.views import defaults
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

import complaints.api
import customers.api
import scoring.api
import surveys.api
from crmquality.lib.rest import problems


class Nowhere(APIView):
    """Addresses that there are not, so that they too are answered in the one shape."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


def server_error(request: HttpRequest) -> HttpResponseBase:
    """What nobody foresaw: as a problem to programs, as a page to people."""
    if request.path.startswith("/api/"):
        return problems.server_error(request)
    return defaults.server_error(request)


router = SimpleRouter(use_regex_path=False)
ROUTES = {**customers.api.ROUTES, **complaints.api.ROUTES, **surveys.api.ROUTES, **scoring.api.ROUTES}
for name, view in ROUTES.items():
    router.register(name, view, basename=name)

urlpatterns = [
    path("v1/", include(([*scoring.api.urlpatterns, *router.urls], "api"))),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema")), name="api_docs"),
    re_path("", Nowhere.as_view()),
]
