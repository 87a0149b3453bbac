from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger announces its checks."""

    name = "zhijia.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.catalogue import ports
        from zhijia.kernel import benches, checks
        from zhijia.ledger import reorganising, rule_fields, spending_files, spending_verify, verify
        from zhijia.ledger.bench import run as bench
        from zhijia.ledger.queries import told
        from zhijia.ledger.services.spending import deciding
        from zhijia.rules import schema

        checks.announce("ledger.entries", verify.entries_balance)
        checks.announce("ledger.balances", verify.balances_are_the_legs)
        checks.announce("ledger.budgets", verify.budgets_are_what_is_spent)
        checks.announce("ledger.spending", spending_verify.given_is_what_was_posted)
        ports.register(f"files.may_open.{spending_files.OWNER}", spending_files.may_open)
        ports.register("registry.reorganisation.ledger", reorganising.said)
        ports.register(f"ledger.source.{deciding.SOURCE}", told.of_vouchers)
        benches.announce("ledger", bench.run)
        for entity in rule_fields.ENTITIES:
            schema.declared.declare(entity)
