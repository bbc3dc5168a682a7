from django.apps import AppConfig


class CrmqualityConfig(AppConfig):
    name = "crmquality"

    def ready(self) -> None:
        # So that tasks sent from web pages and commands know their broker, and checks are run.
        from complaints.intake import HEEDED_BY
        from crmquality import celery, checks, wiring  # noqa: F401

        HEEDED_BY.append(wiring.note_case)
