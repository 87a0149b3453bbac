from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Facts announce the checks that figures re-add."""

    name = "zhijia.facts"
    label = "facts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.facts import verify
        from zhijia.kernel import checks

        checks.announce("facts.rollups", verify.rollups_are_the_facts)
        checks.announce("facts.told_once", verify.facts_are_told_once)
