from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    """Scorings by a scheme, and rounds that choose among many."""

    name = "zhijia.appraisals"
    label = "appraisals"
    default_auto_field = "django.db.models.BigAutoField"
