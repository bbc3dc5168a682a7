from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        # Imports belong to the app below, which knows nothing of cases.
        from customers.imports.adding import add

        from .imports.adding import ADDITION

        add(ADDITION)
