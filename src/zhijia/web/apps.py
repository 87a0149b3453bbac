from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "zhijia.web"
    label = "web"
