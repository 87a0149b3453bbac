from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "zhijia.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.catalogue import ports
        from zhijia.kernel import benches, checks
        from zhijia.matters import attachments, following, verify
        from zhijia.matters.bench import cases
        from zhijia.matters.queries import contact, done
        from zhijia.matters.services import (
            employer_outcomes,
            in_turn,
            joining,
            listed,
            materials,
            outcomes,
            papers,
            serving,
            union_outcomes,
        )

        ports.register(f"files.may_open.{materials.OWNER}", attachments.may_open)
        ports.register("registry.over.matters", following.over)
        ports.register("registry.into.matters", following.into)
        ports.register("matters.granted_lines", listed.granted)
        ports.register("questionnaires.done.matters", done.lately)
        ports.register(f"questionnaires.where.{done.SOURCE}", done.where)
        checks.announce("matters.facts", verify.cases_are_the_facts)
        checks.announce("matters.letters", verify.letters_are_the_facts)
        checks.announce("matters.open", verify.open_cases_are_somewhere)
        checks.announce("matters.together", verify.wholes_end_with_their_parts)
        ports.register(f"files.may_open.{serving.PROOF}", attachments.may_open)
        ports.register(f"files.may_open.{papers.OWNER}", attachments.may_open)
        outcomes.register()
        union_outcomes.register()
        employer_outcomes.register()
        in_turn.register()
        joining.register()
        ports.register("registry.took_part.matters", contact.took_part)
        benches.announce("matters", cases.run)
