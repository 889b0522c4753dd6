from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bedside.api"
    label = "api"
