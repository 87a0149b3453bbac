from django.apps import AppConfig


class AuditingConfig(AppConfig):
    """The work of the audit committees announces its checks and answers."""

    name = "zhijia.auditing"
    label = "auditing"
    default_auto_field = "django.db.models.BigAutoField"
