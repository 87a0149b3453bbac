from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments announce what they answer."""

    name = "zhijia.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from functools import partial

        from zhijia.catalogue import ports
        from zhijia.kernel import benches, checks
        from zhijia.payments import channels, following, rule_fields, under_way, verify
        from zhijia.payments.banking import files, http
        from zhijia.payments.bench import run as bench
        from zhijia.payments.queries import told
        from zhijia.payments.reconciliation import verify as compared
        from zhijia.payments.services import outcomes, paying, paying_in, reserving
        from zhijia.rules import schema

        ports.register("matters.outcome.payments.pay", outcomes.pay)
        ports.register("matters.fits.payments.pay", outcomes.fits)
        ports.register("matters.reserve.payments.pay", reserving.reserve)
        ports.register("registry.over.payments", following.over)
        ports.register("registry.into.payments", following.into)
        ports.register(f"ledger.source.{paying.SOURCE}", told.of_payments)
        ports.register(f"ledger.source.{paying_in.SOURCE}", told.of_receipts)
        ports.register("ledger.under_way.payments", under_way.many)
        benches.announce("payments", bench.run)
        for entity in rule_fields.ENTITIES:
            schema.declared.declare(entity)
        checks.announce("payments.posted", verify.paid_is_posted)
        checks.announce("payments.payees", verify.each_goes_to_one_account)
        checks.announce("payments.received", verify.money_in_adds_up)
        checks.announce("payments.bank", compared.payments_are_the_banks)
        channels.announce("http", http.opened)
        channels.announce("csv", partial(files.opened, "csv"), by_file=True)
        channels.announce("fixed", partial(files.opened, "fixed"), by_file=True)
