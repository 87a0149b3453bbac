"""The box, by the functions that alone may touch it. What they are handed is sealed, and names nobody."""

from uuid import UUID

from django.db import connection

from zhijia.kernel import rows
from zhijia.questionnaires import envelopes
from zhijia.questionnaires.envelopes import Opener

_PUT_IN = """
SELECT CASE WHEN EXISTS (
    SELECT FROM questionnaires_voter v WHERE v.poll_id = %(poll)s AND v.person_id = %(person)s AND v.way = 'paper')
  THEN NULL ELSE questionnaires_cast(%(poll)s::int, %(slot)s::uuid, %(closed)s::bytea) END"""


def lay_down(poll_id: int, secret: bytes) -> None:
    """Put the sealed secret of a poll that is about to open into its place."""
    rows.run("SELECT questionnaires_lay_down(%s::int, %s::bytea)", [poll_id, secret])


def opener(poll_id: int) -> Opener | None:
    """The secret of an open poll, opened; none once it is counted."""
    sealed = rows.run("SELECT questionnaires_secret_of(%s::int)", [poll_id])[0][0]
    return envelopes.opener(poll_id, bytes(sealed)) if sealed is not None else None


def hold(poll_id: int, slot: UUID) -> str:
    """Keep counting, and anybody else who decides about this voter, away until the transaction ends. The state."""
    return str(rows.run("SELECT questionnaires_hold(%s::int, %s::uuid)", [poll_id, slot])[0][0] or "")


def put_in(poll_id: int, slot: UUID, closed: bytes, person_id: UUID | None) -> bool | None:
    """Whether the ballot went in; not where one of this voter is in already; None for somebody who took a paper. What
    the roll says is read by the same statement, once `hold` keeps everybody else away."""
    values = {"poll": poll_id, "slot": slot, "closed": closed, "person": person_id}
    went: bool | None = rows.run(_PUT_IN, values)[0][0]
    return went


def is_in(poll_id: int, slot: UUID) -> bool:
    """Whether this voter's ballot is in the box."""
    return bool(rows.run("SELECT questionnaires_is_in(%s::int, %s::uuid)", [poll_id, slot])[0][0])


def count(poll_id: int) -> int:
    """How many ballots are in the box; 0 for whoever does not keep the poll."""
    return int(rows.run("SELECT questionnaires_in_box(%s::int)", [poll_id])[0][0])


def take_out(poll_id: int) -> list[tuple[UUID, bytes]]:
    """Every ballot, closed still, once nobody is voting any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT slot, sealed FROM questionnaires_take_out(%s)", [poll_id])
        return [(slot, bytes(closed)) for slot, closed in cursor.fetchall()]


def burn(poll_id: int) -> None:
    """Empty the box of a poll that was counted, and destroy its secret."""
    rows.run("SELECT questionnaires_burn(%s::int)", [poll_id])
