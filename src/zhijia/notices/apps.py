from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "zhijia.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zhijia.catalogue import ports
        from zhijia.notices import services

        ports.register("notices.send", services.send)
