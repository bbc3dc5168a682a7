from django.apps import AppConfig


class CrmqualityConfig(AppConfig):
    name = "crmquality"
