from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger announces its checks."""

    name = "zhijia.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.kernel import benches, checks
        from zhijia.ledger import verify
        from zhijia.ledger.bench import run as bench

        checks.announce("ledger.entries", verify.entries_balance)
        checks.announce("ledger.balances", verify.balances_are_the_legs)
        checks.announce("ledger.budgets", verify.budgets_are_what_is_spent)
        benches.announce("ledger", bench.run)
