from importlib import import_module

from django.apps import AppConfig


class CrmqualityConfig(AppConfig):
    name = "crmquality"

    def ready(self) -> None:
        # So that tasks sent from web pages and commands know their broker, and checks are run.
        import_module("crmquality.celery")
        import_module("crmquality.checks")

        from complaints.intake import HEEDED_BY
        from crmquality import wiring

        HEEDED_BY.append(wiring.note_case)
