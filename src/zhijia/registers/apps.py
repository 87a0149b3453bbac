from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Lists that unions keep, declared by data."""

    name = "zhijia.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"
