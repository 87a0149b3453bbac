"""Which connection does what: models are read and written as the app role, tables are made by the owner."""

from typing import Any

from django.conf import settings


class Router:
    """All aliases are one database under four roles: `owner` migrates, and rows of any two may meet."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, left: Any, right: Any, **hints: Any) -> bool:
        return left._state.db in settings.DATABASES and right._state.db in settings.DATABASES
