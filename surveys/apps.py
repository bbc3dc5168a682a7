from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        # Privacy belongs to the app below, which knows nothing of surveys.
        from customers.privacy.elsewhere import KEEPERS

        from .privacy import KEEPER

        KEEPERS.append(KEEPER)
