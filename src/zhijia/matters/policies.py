"""Who reads and who writes the rows of a case (ADR 0015).

Whoever sees a case reads what belongs to it. Whoever asks writes what they answer while it is a draft or waits for
them. All else is written while the services have the case in hand (`at_hand.take`), which they do once they know that
somebody may; a verdict by its own signer at their seat alone.
"""

from django.db import migrations

from zhijia.kernel.policies import Policy, protect

# A scalar subquery is asked row by row along the key; EXISTS becomes a hash of every case somebody may see.
OF_THEIR_CASE = "(SELECT true FROM matters_case c WHERE c.id = case_id)"
IN_HAND = "case_id = ANY ((SELECT matters_in_hand())::uuid[])"
WRITING = "matters_writing(case_id)"
THEIR_OWN = """user_id = (SELECT access_user()) OR desk_user_id = (SELECT access_user())
  OR person_id = (SELECT access_person())"""
SIGNED = """(by_user_id IS NULL OR by_user_id = (SELECT access_user()))
  AND (verdict NOT IN ('approve', 'refuse', 'return') OR matters_sits(step_id))"""


def of_cases(seen: tuple[str, ...]) -> migrations.RunSQL:
    """Policies of the cases themselves: `seen` opens them to reading. Without having it in hand one begins, changes and
    throws away drafts, of one's own."""
    own_draft = f"state = 'draft' AND ({THEIR_OWN})"
    in_hand = "id = ANY ((SELECT matters_in_hand())::uuid[])"
    return protect(
        "matters_case",
        Policy("matters_case_read", "SELECT", seen),
        Policy("matters_case_begun", "INSERT", (f"state = 'draft' AND ({' OR '.join(seen)})",)),
        Policy("matters_case_changed", "UPDATE", seen, check=(in_hand, own_draft)),
        Policy("matters_case_removed", "DELETE", (own_draft,)),
    )


def of_case(
    table: str, *, applicants: bool = False, reading: tuple[str, ...] = (), signed: str = ""
) -> migrations.RunSQL:
    """Policies of a table whose rows belong to a case. `applicants` write it too while they write their request;
    `reading` opens rows to others; `signed` is asked of a new row besides."""
    writers = (IN_HAND, WRITING) if applicants else (IN_HAND,)
    return protect(
        table,
        Policy(f"{table}_read", "SELECT", (OF_THEIR_CASE, *reading)),
        Policy(
            f"{table}_added", "INSERT", (f"({' OR '.join(writers)}) AND {signed}",) if signed else writers
        ),
        Policy(f"{table}_changed", "UPDATE", (OF_THEIR_CASE,), check=writers),
        Policy(f"{table}_removed", "DELETE", writers),
    )
