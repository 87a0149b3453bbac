from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "zhijia.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Numbers decided here are looked at anew whenever there is another one."""
        from zhijia.catalogue import changes
        from zhijia.kernel import context

        context.watch(changes.HOW_MANY, changes.take)
