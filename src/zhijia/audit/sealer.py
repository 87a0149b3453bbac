"""The sealer: chains the trail into blocks under a root an outsider keeps (S-16, docs/adr/0010-trail.md).

It takes only entries whose transaction is older than every running one: nothing can be written before them
any more, however the transactions overlapped. It runs as the role `sealer`, one at a time.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import chain
from zhijia.audit.models import Block, Seal
from zhijia.kernel.ciphers import sm3
from zhijia.kernel.errors import Refusal

ALIAS = "sealer"
STRIPES = 4
BATCH = 20_000
LOCK = 0x5A4A_0001

_COLUMNS = (
    *("id", "transaction", "at", "action", "subject", "subject_id", "user_id", "for_person_id", "grant_id"),
    *("channel", "request_id", "address", "device", "person_id", "union_id", "county_id", "reason"),
)
SELECT_ENTRY = "SELECT " + ", ".join(_COLUMNS) + ", detail::text FROM audit_entry"  # noqa: S608 - constants

_ERA = "coalesce((SELECT base FROM audit_era ORDER BY id DESC LIMIT 1), 0)"
_HORIZON = f"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {_ERA}"


def seal_once(*, at: datetime, stripes: int = STRIPES, batch: int = BATCH) -> int:
    """Seal what can be sealed now, in batches of one transaction each; how many entries it was.

    0 when there is nothing or another sealer is at work. Killed at any moment it has done whole batches.
    Raises Refusal "trail_of_another_cluster" when the cluster's transactions lie behind what was sealed.
    """
    sealed = 0
    while True:
        taken = _seal_batch(at=at, stripes=stripes, batch=batch)
        sealed += taken
        if taken < batch:
            return sealed


def root() -> str | None:
    """The root of the last seal, for an outsider to keep; None before the first."""
    last = _last_seal()
    return chain.root_text(last.number, bytes(last.root)) if last else None


def resume(*, at: datetime) -> int:
    """Go on after the database was moved to another cluster, whose transactions count from the start: from
    now on this much is added to their numbers. Run by a restore, as the owner, before anybody writes."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_era (at, base)"
            " SELECT %s, greatest("
            "   (SELECT max(transaction) FROM audit_entry), (SELECT max(horizon) FROM audit_seal), 0)"
            "   - pg_snapshot_xmin(pg_current_snapshot())::text::bigint + 1"
            " RETURNING base",
            [at],
        )
        (base,) = cursor.fetchone()
    return int(base)


def line_of(row: Sequence[Any]) -> bytes:
    """The line of an entry as SELECT_ENTRY gives it."""
    fields: dict[str, Any] = dict(zip(_COLUMNS, row, strict=False))
    fields["at"] = chain.moment(fields["at"])
    for name in ("for_person_id", "person_id"):
        fields[name] = None if fields[name] is None else str(fields[name])
    return chain.entry_line(fields, row[-1])


def seal_line_fields(seal: Seal) -> dict[str, Any]:
    """What this seal's root was taken over."""
    return chain.seal_fields(
        number=seal.number,
        at=seal.at,
        horizon=seal.horizon,
        last=(seal.last_transaction, seal.last_id),
        heads=[(stripe, number, digest) for stripe, number, digest in seal.heads],
        previous=chain.root_text(seal.number - 1, bytes(seal.previous)),
    )


def block_line_fields(block: Block) -> dict[str, Any]:
    """What this block's hash was taken over."""
    return chain.block_fields(
        seal=block.seal,
        stripe=block.stripe,
        number=block.number,
        ids=block.ids,
        digests=bytes(block.digests),
        previous=bytes(block.previous),
    )


def _seal_batch(*, at: datetime, stripes: int, batch: int) -> int:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        before = _last_seal()
        # One statement, one snapshot: what is below its horizon is finished and, if committed, in sight.
        cursor.execute(
            f"WITH horizon AS MATERIALIZED ({_HORIZON} AS below)"  # noqa: S608 - constants of this module
            f" SELECT below, entry.* FROM horizon LEFT JOIN LATERAL ({SELECT_ENTRY}"
            " WHERE (transaction, id) > (%s, %s) AND transaction < below ORDER BY transaction, id LIMIT %s"
            ") AS entry ON true ORDER BY transaction, id",
            [*((before.last_transaction, before.last_id) if before else (0, 0)), batch],
        )
        rows = cursor.fetchall()
        horizon = rows[0][0]
        if before and horizon < before.horizon:
            raise Refusal(
                "trail_of_another_cluster",
                _("The trail was sealed by another database cluster. Run: zhijia audit resume"),
            )
        entries = [row[1:] for row in rows if row[1] is not None]
        if entries:
            _write(entries, before=before, horizon=horizon, at=at, stripes=stripes)
        return len(entries)


def _write(
    entries: Sequence[Sequence[Any]], *, before: Seal | None, horizon: int, at: datetime, stripes: int
) -> None:
    number = before.number + 1 if before else 1
    parts: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for entry in entries:
        parts[entry[0] % stripes].append(entry)
    heads = {stripe: (block, digest) for stripe, block, digest in before.heads} if before else {}
    blocks = []
    for stripe, part in sorted(parts.items()):
        last, previous = heads.get(stripe, (0, chain.NOTHING.hex()))
        block = Block(
            seal=number,
            stripe=stripe,
            number=last + 1,
            ids=[entry[0] for entry in part],
            digests=b"".join(sm3(line_of(entry)) for entry in part),
            previous=bytes.fromhex(previous),
        )
        block.hash = chain.digest_of(block_line_fields(block))
        heads[stripe] = (block.number, block.hash.hex())
        blocks.append(block)
    seal = Seal(
        number=number,
        at=at,
        horizon=horizon,
        last_transaction=entries[-1][1],
        last_id=entries[-1][0],
        entries=len(entries),
        heads=[[stripe, *head] for stripe, head in sorted(heads.items())],
        previous=before.root if before else chain.NOTHING,
    )
    seal.root = chain.digest_of(seal_line_fields(seal))
    Block.objects.using(ALIAS).bulk_create(blocks)
    seal.save(using=ALIAS, force_insert=True)


def _last_seal() -> Seal | None:
    return Seal.objects.using(ALIAS).order_by("-number").first()
