"""Writing the sealed trail to a file that anybody can check with `zhijia audit verify`."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.db import connections, transaction

from zhijia.audit import chain
from zhijia.audit.models import Block, Seal
from zhijia.audit.sealer import ALIAS, SELECT_ENTRY, block_line_fields, line_of, seal_line_fields


def export(path: Path) -> int:
    """Write the sealed trail to `path`, whole or not at all; how many entries it was.

    The same trail gives the same bytes. Entries stand under their block, blocks before their seal. An entry
    that lies in the order of what a seal took but is in none of its blocks is written too: it will be found.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            entries = _write(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return entries


def _write(file: BinaryIO) -> int:
    entries = 0
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        file.write(chain.canonical(chain.FORMAT) + b"\n")
        after = (0, 0)
        for seal in Seal.objects.using(ALIAS).order_by("number").iterator(1_000):
            upto = (seal.last_transaction, seal.last_id)
            for line, is_entry in _lines_of(seal, after, upto):
                file.write(line + b"\n")
                entries += is_entry
            after = upto
    return entries


def _lines_of(seal: Seal, after: tuple[int, int], upto: tuple[int, int]) -> Iterator[tuple[bytes, bool]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            SELECT_ENTRY + " WHERE (transaction, id) > (%s, %s) AND (transaction, id) <= (%s, %s)"
            " ORDER BY transaction, id",
            [*after, *upto],
        )
        found = {row[0]: line_of(row) for row in cursor.fetchall()}
    for block in Block.objects.using(ALIAS).filter(seal=seal.number).order_by("stripe"):
        fields = block_line_fields(block)
        yield chain.canonical({**fields, "hash": bytes(block.hash).hex()}), False
        for entry in block.ids:
            line = found.pop(entry, None)
            if line is not None:
                yield line, True
    for line in found.values():
        yield line, True
    root = chain.root_text(seal.number, bytes(seal.root))
    yield chain.canonical({**seal_line_fields(seal), "root": root}), False
