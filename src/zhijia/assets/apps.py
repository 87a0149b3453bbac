from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """Cards of assets, and goods by lot."""

    name = "zhijia.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"
