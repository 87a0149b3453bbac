from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "zhijia.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.catalogue import ports
        from zhijia.kernel import benches, checks
        from zhijia.registry import access, authority, rule_fields, verify
        from zhijia.registry.bench import identities as identities_bench
        from zhijia.registry.bench import imports as bench
        from zhijia.registry.bench import loads as load_bench
        from zhijia.registry.bench import reorganise as reorganise_bench
        from zhijia.registry.queries import contact
        from zhijia.registry.services.exports import cards, members, opening, tables, trail, unions
        from zhijia.registry.services.imports import runs
        from zhijia.registry.services.leaving import finding as leaving
        from zhijia.registry.services.reorganisations import waiting
        from zhijia.rules import schema
        from zhijia.rules.bench import run as rules_bench

        ports.register("files.may_open.registry.roster", runs.may_open)
        ports.register("files.may_open.registry.export", opening.may_open)
        for table in (members.TABLE, unions.TABLE, cards.TABLE, trail.TABLE):
            tables.announce(table)
        ports.register(f"{leaving.TOOK_PART}.registry", contact.took_part)
        for entity in rule_fields.ENTITIES:
            schema.declared.declare(entity)
        ports.register("audit.standing_of", access.standing_of)
        ports.register(authority.PORT, authority.ask)
        ports.register("accounts.permissions_of", access.permissions_of)
        checks.announce("registry.facts", verify.members_are_the_facts)
        checks.announce("registry.places", verify.rows_stand_in_their_place)
        checks.announce("registry.initials", verify.initials_are_those_of_the_names)
        ports.register("registry.reorganisation.registry", waiting.said)
        checks.announce("registry.trees", verify.trees_are_whole)
        checks.announce("registry.grants", verify.grants_are_sealed)
        checks.announce("registry.identities", verify.merged_registrations_stand_empty)
        benches.announce("identities", identities_bench.run)
        benches.announce("registry-import", bench.run)
        benches.announce("reorganise", reorganise_bench.run)
        benches.announce("registry-load", load_bench.run)
        benches.announce("rules", rules_bench.run)
