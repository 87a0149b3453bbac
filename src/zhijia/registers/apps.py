from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Lists that unions keep, declared by data."""

    name = "zhijia.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.catalogue import ports
        from zhijia.kernel import benches, checks
        from zhijia.registers import exporting, verify
        from zhijia.registers.bench import rooms
        from zhijia.registers.services import filing, naming, outcomes, titles
        from zhijia.registers.services.sheets import runs
        from zhijia.registry.services.exports import tables

        checks.announce("registers.facts", verify.rows_are_the_facts)
        checks.announce("registers.past", verify.pasts_are_whole)
        checks.announce("registers.links", verify.links_are_the_values)
        outcomes.register()
        titles.register()
        ports.register(f"files.may_open.{naming.FILES}", filing.may_open)
        ports.register(f"files.may_open.{runs.OWNER}", runs.may_open)
        tables.announce_family(exporting.FAMILY, exporting.table_of)
        benches.announce("registers", rooms.run)
