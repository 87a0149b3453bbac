from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    """Scorings by a scheme, and rounds that choose among many."""

    name = "zhijia.appraisals"
    label = "appraisals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.appraisals import figures, following, round_verify, verify
        from zhijia.appraisals.queries import entering
        from zhijia.appraisals.services import falling_due, proving
        from zhijia.appraisals.services.rounds import agreeing, allowances, answering
        from zhijia.catalogue import ports
        from zhijia.kernel import checks

        figures.register()
        ports.register("registry.over.appraisals", following.over)
        ports.register("registry.withdrawn.appraisals", agreeing.withdrawn)
        ports.register(f"files.may_open.{proving.OWNER}", proving.may_open)
        ports.register("matters.for_enterprise.appraisals", entering.for_enterprise)
        ports.register(f"files.may_open.{answering.FILES}", answering.may_open)
        ports.register(f"payments.unwanted.{allowances.SOURCE}", allowances.unwanted)
        ports.register("registers.looked_at.appraisals", falling_due.looked_at)
        checks.announce("appraisals.rounds", round_verify.names_are_what_was_decided)
        checks.announce("appraisals.results", verify.results_are_their_marks)
        checks.announce("appraisals.titles", verify.titles_are_named)
        checks.announce("appraisals.facts", verify.entries_are_the_facts)
