from django.apps import AppConfig


class DuesConfig(AppConfig):
    """Contributions of employers and dues of members."""

    name = "zhijia.dues"
    label = "dues"
    default_auto_field = "django.db.models.BigAutoField"
