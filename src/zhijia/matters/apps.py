from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "zhijia.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.catalogue import ports
        from zhijia.matters.services import materials

        ports.register(f"files.may_open.{materials.OWNER}", materials.may_open)
