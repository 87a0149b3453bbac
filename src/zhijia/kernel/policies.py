"""Row policies as migration operations: the second wall under the application's checks (`design.md` 4).

A protected table carries `union_id`, `county_id` and `person_id` (each nullable where the row has none).
The functions `access_*` are made by the first migration of `audit` (they answer nobody) and replaced by
`registry`, which knows the grants. Each arm stands in a scalar subquery so that it is asked once a statement.
"""

from dataclasses import dataclass, field

from django.db import migrations

COUNTY = "county_id = ANY ((SELECT access_counties())::int[])"
UNION = "union_id = ANY ((SELECT access_unions())::int[])"
PERSON = "person_id = (SELECT access_person())"
USER = "user_id = (SELECT access_user())"
OWN = (PERSON, USER)
WRITES = "(SELECT access_writes())"
ANYBODY = ("true",)


@dataclass(frozen=True)
class Policy:
    """One policy of a table: the command it is for, and the arms of which one must hold."""

    name: str
    command: str = "ALL"
    arms: tuple[str, ...] = (COUNTY, UNION, PERSON)
    check: tuple[str, ...] = field(default=())

    def sql(self, table: str) -> str:
        using = " OR ".join(self.arms)
        check = " OR ".join(self.check or self.arms)
        if self.command == "INSERT":
            body = f"WITH CHECK ({check})"
        elif self.command in ("SELECT", "DELETE"):
            body = f"USING ({using})"
        else:
            body = f"USING ({using}) WITH CHECK ({check})"
        return f'CREATE POLICY "{self.name}" ON {table} FOR {self.command} {body};'


def protect(table: str, *policies: Policy, readers_write: bool = False) -> migrations.RunSQL:
    """Row-level security on `table`, forced on its owner too, with these policies (one for all by default). Whoever
    holds a role that only reads (`access_writes`) changes nothing in it but rows of their own, and adds only what
    anybody may; unless it is theirs to write (`readers_write`)."""
    chosen = policies or (Policy(f"{table}_in_scope"),)
    forward = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    forward += " ".join(policy.sql(table) for policy in chosen)
    backward = " ".join(f'DROP POLICY "{policy.name}" ON {table};' for policy in chosen)
    if not readers_write:
        forward += f" {_readers_only_read(table, chosen)}"
        backward += "".join(
            f' DROP POLICY IF EXISTS "{table}_readers_{verb}" ON {table};'
            for verb in ("add", "change", "remove")
        )
    backward += (
        f" ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    )
    return migrations.RunSQL(forward, backward)


def _readers_only_read(table: str, policies: tuple[Policy, ...]) -> str:
    """Restrictive policies: what holds besides, for whoever only reads."""
    own = " OR ".join([WRITES, *(arm for arm in OWN if any(arm in policy.arms for policy in policies))])
    adding = [policy for policy in policies if policy.command in ("ALL", "INSERT")]
    said = [
        f'CREATE POLICY "{table}_readers_change" ON {table} AS RESTRICTIVE FOR UPDATE USING ({own});',
        f'CREATE POLICY "{table}_readers_remove" ON {table} AS RESTRICTIVE FOR DELETE USING ({own});',
    ]
    if not any((policy.check or policy.arms) == ANYBODY for policy in adding):
        said.append(
            f'CREATE POLICY "{table}_readers_add" ON {table} AS RESTRICTIVE FOR INSERT WITH CHECK ({own});'
        )
    return " ".join(said)
