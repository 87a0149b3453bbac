from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """Cards of assets, and goods by lot: the register announces its checks and the outcome of a disposal."""

    name = "zhijia.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.assets import verify
        from zhijia.assets.queries import told
        from zhijia.assets.services import cards, depreciating, disposing, goods, leasing, returning
        from zhijia.catalogue import ports
        from zhijia.kernel import checks

        checks.announce("assets.cards", verify.cards_are_the_accounts)
        checks.announce("assets.lots", verify.lots_are_the_stock)
        ports.register("matters.outcome.assets.dispose", disposing.dispose)
        ports.register("matters.ready.assets.dispose", disposing.can_dispose)
        ports.register(f"ledger.source.{cards.SOURCE}", told.of_cards)
        ports.register(f"ledger.source.{leasing.SOURCE}", told.of_rents)
        ports.register(f"ledger.source.{disposing.SOURCE}", told.of_disposals)
        ports.register(f"ledger.source.{goods.LOT}", told.of_lots)
        ports.register(f"ledger.source.{goods.ISSUE}", told.of_issues)
        ports.register(f"ledger.source.{returning.RETURN}", told.of_returns)
        ports.register(f"ledger.source.{depreciating.SOURCE}", told.of_depreciation)
