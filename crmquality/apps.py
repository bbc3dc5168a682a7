from django.apps import AppConfig


class CrmqualityConfig(AppConfig):
    name = "crmquality"

    def ready(self) -> None:
        # So that tasks sent from web pages and commands know their broker, and checks are run.
        from crmquality import celery, checks  # noqa: F401
