from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments announce what they answer."""

    name = "zhijia.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from functools import partial

        from zhijia.payments import channels
        from zhijia.payments.banking import files, http

        channels.announce("http", http.opened)
        channels.announce("csv", partial(files.opened, "csv"))
        channels.announce("fixed", partial(files.opened, "fixed"))
