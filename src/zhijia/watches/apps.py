from django.apps import AppConfig


class WatchesConfig(AppConfig):
    name = "zhijia.watches"
    label = "watches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower rooms who answers their questions."""
        from zhijia.catalogue import ports
        from zhijia.kernel import checks
        from zhijia.watches import filling, verify

        ports.register("registry.filling.watches", filling.begins)
        ports.register("registry.filled.watches", filling.ended)
        checks.announce("watches.kept", verify.kept_is_what_the_rules_say)
