from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "zhijia.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.catalogue import ports
        from zhijia.registry.services.imports import runs

        ports.register("files.may_open.registry.roster", runs.may_open)
