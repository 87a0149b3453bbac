from django.apps import AppConfig

from zhijia.kernel import checks


class VaultConfig(AppConfig):
    name = "zhijia.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the proof that every value opens."""
        from zhijia.vault import verify  # models are ready only now

        checks.announce("vault.opens", verify.check)
