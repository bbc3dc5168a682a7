from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        # Imports and privacy belong to the app below, which knows nothing of cases.
        from customers.imports.adding import add
        from customers.privacy.elsewhere import KEEPERS

        from .imports.adding import ADDITION
        from .privacy import KEEPER

        add(ADDITION)
        KEEPERS.append(KEEPER)
