from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Drives with targets and a roster made by a rule, and returns on a schedule."""

    name = "zhijia.campaigns"
    label = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.campaigns import following, prefilling, verify
        from zhijia.campaigns.queries import employers
        from zhijia.campaigns.services import giving, handing, withdrawing
        from zhijia.catalogue import ports
        from zhijia.kernel import checks

        prefilling.register()
        ports.register("registry.over.campaigns", following.over)
        ports.register("matters.for_enterprise.campaigns", employers.for_enterprise)
        ports.register(f"assets.asked_for.{giving.SOURCE}", handing.asked_for)
        ports.register(f"assets.goes_out.{giving.SOURCE}", handing.goes_out)
        ports.register(f"assets.comes_back.{giving.SOURCE}", handing.comes_back)
        ports.register(f"payments.unwanted.{giving.SOURCE}", withdrawing.unwanted)
        checks.announce("campaigns.pieces", verify.what_was_given_is_the_facts)
        checks.announce("campaigns.tallies", verify.tallies_are_the_roster)
        checks.announce("campaigns.shares", verify.shares_add_up)
