"""A backup comes back whole, or not at all; and it opens with its own keys alone."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from zhijia.kernel import days
from zhijia.web.backups import keys, making, manifest
from zhijia.web.backups.manifest import DATABASE, FILES, Manifest
from zhijia.web.database import addresses
from zhijia.web.database.embedded import Server

TABLES = (
    "registry_person",
    "registry_membership",
    "vault_secret",
    "facts_fact",
    "audit_entry",
    "files_stored_file",
)


def quiet(text):
    """Nobody listens."""


@pytest.fixture(scope="module")
def kept(province, server, tmp_path_factory):
    """A backup of the province and of a file beside it, the rows by table, and its keys."""
    folder, data = tmp_path_factory.mktemp("backups") / "备份 one", tmp_path_factory.mktemp("data")
    (data / FILES / "aa").mkdir(parents=True)
    (data / FILES / "aa" / "sealed").write_bytes(b"sealed bytes")
    ring = Path(shutil.copy(settings.KEYS, tmp_path_factory.mktemp("keys") / "keys.json"))
    here = psycopg.conninfo.make_conninfo(server, dbname=connections["owner"].settings_dict["NAME"])
    with psycopg.connect(here) as superuser:
        # What stands ready for other tests is the superuser's, and no part of an installation.
        superuser.execute("DROP SCHEMA ready CASCADE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DATA", data)
        making.back_up(folder, at=days.now(), say=quiet)
    return folder, counted(here), ring


def counted(url):
    with psycopg.connect(url) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def restore(folder, data):
    """What a fresh installation says to `zhijia restore`, with its exit code."""
    environment = {
        name: value for name, value in os.environ.items() if name not in addresses.VARIABLES.values()
    }
    return subprocess.run(
        [sys.executable, "-m", "zhijia.web", "restore", str(folder)],
        env=environment | {"ZHIJIA_DATA": str(data), "DJANGO_SETTINGS_MODULE": "zhijia.web.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def unpacked(path):
    return gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()


def written(folder):
    """A backup of two small files, as `manifest` sees it."""
    for place, content in ((f"{DATABASE}/toc.dat", b"toc"), (f"{FILES}/aa/sealed", b"sealed")):
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_bytes(content)
    told = Manifest("2026-11-21T08:00:00+00:00", "18.4", None, {}, manifest.digests(folder))
    manifest.write(folder, told)
    return told


def test_what_was_there_is_there_again_and_proves_itself(kept, province, tmp_path):
    folder, counts, ring = kept
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(ring, data / "keys.json")

    first, second = restore(folder, data), restore(folder, data)

    assert first.returncode == 0, first.stderr
    assert "vault.opens: 0" not in first.stdout
    assert "vault.opens" in first.stdout
    assert (data / FILES / "aa" / "sealed").read_bytes() == b"sealed bytes"
    assert second.returncode == 1
    assert "There are tables in this database already" in second.stderr
    server = Server(data, quiet)
    server.start()
    try:
        after = counted(addresses.embedded_urls(data)["owner"])
    finally:
        server.stop()
    assert after["registry_person"] > province.members
    assert after == counts


def test_a_backup_without_its_keys_is_refused_before_anything_is_made(kept, tmp_path):
    folder, _, _ = kept

    said = restore(folder, tmp_path / "data")

    assert said.returncode == 1
    assert "The keys of this backup are not here" in said.stderr
    assert not (tmp_path / "data" / "database").exists()


def test_other_keys_of_the_same_number_are_noticed(kept, tmp_path):
    folder, _, _ = kept
    wanted = manifest.read(folder).keys

    assert wanted
    assert keys.strange(dict.fromkeys(wanted, "0" * 32)) == list(wanted)


def test_no_key_lies_in_a_backup(kept):
    folder, _, ring = kept
    secrets = [secret for numbered in json.loads(ring.read_text()).values() for secret in numbered.values()]

    content = b"".join(unpacked(path) for path in folder.rglob("*") if path.is_file())

    assert secrets
    assert not any(secret.encode() in content or bytes.fromhex(secret) in content for secret in secrets)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "kept").write_text("mine")

    with pytest.raises(making.Refused, match="not empty"):
        making.back_up(tmp_path, at=days.now(), say=quiet)

    assert (tmp_path / "kept").read_text() == "mine"


def test_a_backup_as_it_was_written_passes(tmp_path):
    manifest.check(tmp_path, written(tmp_path))


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (lambda folder: (folder / FILES / "aa/sealed").write_bytes(b"seaLed"), "files/aa/sealed has changed"),
        (lambda folder: (folder / DATABASE / "toc.dat").unlink(), "database/toc.dat is missing"),
        (lambda folder: (folder / FILES / "more").write_bytes(b"x"), "files/more was added"),
    ],
)
def test_the_first_harm_is_named(tmp_path, harm, named):
    told = written(tmp_path)
    harm(tmp_path)

    with pytest.raises(manifest.NotWhole, match=named):
        manifest.check(tmp_path, told)


@pytest.mark.parametrize("content", ["", "[]", '{"form": 1}'])
def test_a_folder_without_a_readable_manifest_is_no_backup(tmp_path, content):
    (tmp_path / manifest.NAME).write_text(content)

    with pytest.raises(manifest.NotWhole, match="no whole backup"):
        manifest.read(tmp_path)


def test_a_backup_of_another_form_is_refused(tmp_path):
    manifest.write(tmp_path, replace(Manifest("", "", None, {}), form=99))

    with pytest.raises(manifest.NotWhole, match="another version"):
        manifest.read(tmp_path)
