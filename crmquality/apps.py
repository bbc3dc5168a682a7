from django.apps import AppConfig


class CrmqualityConfig(AppConfig):
    name = "crmquality"

    def ready(self) -> None:
        # So that tasks sent from web pages and commands know their broker.
        from crmquality import celery  # noqa: F401
