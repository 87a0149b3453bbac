"""What a start does to a database: its own is migrated, somebody else's never."""

import pytest
from django.core.management import CommandError, call_command

from zhijia.web.database import addresses
from zhijia.web.database.router import Router
from zhijia.web.management.commands import setup


def test_a_start_never_migrates_a_server_that_is_not_zhijias_own(db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://zhijia_app:secret@db.example/zhijia")
    monkeypatch.setattr(setup, "_missing", lambda alias: [object(), object()])

    with pytest.raises(CommandError, match=r"lacks 2 migrations.*Run: zhijia migrate --database owner"):
        call_command("setup")


@pytest.mark.parametrize(
    ("alias", "may"), [("owner", True), ("default", False), ("bulk", False), ("sealer", False)]
)
def test_only_the_owner_makes_tables(alias, may):
    assert Router().allow_migrate(alias, "registry") is may


def test_outside_a_companion_that_is_not_set_falls_back_to_the_app_role(tmp_path):
    urls = addresses.urls(tmp_path, {"DATABASE_URL": "a", "ZHIJIA_OWNER_URL": "b"})

    assert urls == {"default": "a", "bulk": "a", "owner": "b", "sealer": "a"}
