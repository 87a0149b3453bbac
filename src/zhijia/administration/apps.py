from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "zhijia.administration"
    label = "administration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.administration.services import proofs
        from zhijia.catalogue import ports

        ports.register(f"files.may_open.{proofs.OWNER}", proofs.may_open)
