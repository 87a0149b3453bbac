from django.apps import AppConfig


class DuesConfig(AppConfig):
    """Contributions of employers and dues of members."""

    name = "zhijia.dues"
    label = "dues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers and answers."""
        from zhijia.catalogue import ports
        from zhijia.dues import verify
        from zhijia.dues.bench import run as bench
        from zhijia.dues.queries import told
        from zhijia.dues.services import (
            allowances,
            collecting,
            entries,
            giving,
            handing_over,
            receiving,
            reminding,
            taking,
        )
        from zhijia.kernel import benches, checks

        ports.register("files.may_open.dues.collection", collecting.may_open)
        ports.register("files.may_open.dues.reminder", reminding.may_open)
        ports.register("payments.received.dues_bill", receiving.came_in)
        ports.register("payments.goes_back.dues_bill", receiving.goes_back)
        ports.register("payments.gave_back.dues_bill", receiving.gave_back)
        ports.register("payments.kept.dues_bill", receiving.kept)
        ports.register("payments.received.donation", giving.came_in)
        ports.register(f"ledger.source.{taking.SOURCE}", told.of_contributions)
        ports.register(f"ledger.source.{entries.SOURCE}", told.of_distributions)
        ports.register("ledger.goes_along.dues", handing_over.go_along)
        ports.register("matters.outcome.dues.allowance", allowances.allow)
        ports.register("matters.ready.dues.allowance", allowances.can_allow)
        ports.register("matters.for_enterprise.dues", told.for_enterprise)
        checks.announce("dues.shared", verify.received_is_shared_or_held)
        checks.announce("dues.outside", verify.outside_is_settled_once)
        checks.announce("dues.splits", verify.splits_give_everything)
        benches.announce("split", bench.run)
