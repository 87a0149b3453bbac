from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments announce what they answer."""

    name = "zhijia.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"
