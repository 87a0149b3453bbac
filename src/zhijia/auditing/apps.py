from django.apps import AppConfig


class AuditingConfig(AppConfig):
    """The work of the audit committees announces its checks and answers."""

    name = "zhijia.auditing"
    label = "auditing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.auditing import attachments, verify
        from zhijia.auditing.queries import results
        from zhijia.auditing.services import answering, sampling
        from zhijia.catalogue import ports
        from zhijia.kernel import checks

        ports.register("auditing.results", results.of_unions)
        ports.register(f"files.may_open.{sampling.OWNER}", attachments.of_item)
        ports.register(f"files.may_open.{answering.OWNER}", attachments.of_word)
        checks.announce("auditing.samples", verify.samples_draw_the_same)
        checks.announce("auditing.reports", verify.reports_count)
