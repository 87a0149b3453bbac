from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The trail announces the check that it is whole."""

    name = "zhijia.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.audit import verify
        from zhijia.kernel import checks

        checks.announce("audit.sealed", verify.check)
