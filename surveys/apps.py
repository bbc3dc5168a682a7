from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        # Imports and privacy belong to the app below, which knows nothing of surveys.
        from customers.imports.adding import add
        from customers.privacy.elsewhere import KEEPERS

        from .imports.adding import ADDITION
        from .privacy import KEEPER

        add(ADDITION)
        KEEPERS.append(KEEPER)
