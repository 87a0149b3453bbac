"""Bench `registry-import`: rosters from the stored file to members with facts and trail in a register of any size,
beside what they write as bare INSERT … ON CONFLICT, and beside raw COPY; what pages feel of an import; and a roster
through django-import-export beside ours."""

import resource
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import connections, transaction

from zhijia.accounts import services as accounts
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting, whole
from zhijia.kernel.ids import new_id
from zhijia.registry import tree
from zhijia.registry.bench import import_library, import_pages, insert_limit, limit, loads, province, rosters
from zhijia.registry.models import Membership, Parent, RosterImport, Union
from zhijia.registry.services import grants, unions
from zhijia.registry.services.imports import runs, work
from zhijia.registry.services.loads import runs as load_runs

ROWS, SEED = 200_000, 7
FULL, MANY = 10_131_300, 500_000
"""Members of a province; from so many rows on, that is what the register holds beforehand unless said otherwise."""
NAMED = "导入测试工会"
FEW_UNIONS = 1_000
AGAINST = (
    "INSERT … ON CONFLICT of prepared rows (person, membership, change, two sealed values, fact) into the same"
    " tables with the same indexes, one connection, same server, same run"
)
AGAINST_COPY = (
    "binary COPY of the same rows into a table without index, one connection, same server, same run"
)
_KEPT = """
SELECT count(*) FILTER (WHERE m.valid_to IS NULL), count(DISTINCT m.person_id), count(DISTINCT m.member_number),
  (SELECT count(*) FROM vault_secret s JOIN registry_person p ON p.id = s.row_id
   WHERE s.kind = 1 AND p.union_id = %(union)s),
  (SELECT count(*) FROM vault_secret s JOIN registry_person p ON p.id = s.row_id
   WHERE s.kind = 2 AND p.union_id = %(union)s),
  (SELECT sum(f.quantity) FROM facts_fact f WHERE f.union_id = %(union)s AND f.kind = 'member.joined'),
  (SELECT count(*) FROM registry_membership_change c WHERE c.union_id = %(union)s)
FROM registry_membership m WHERE m.union_id = %(union)s
"""


@dataclass(slots=True)
class World:
    """Where rosters go: the county their unions are founded in, who imports, and how many people of `rosters` the
    register knows already."""

    county: Union
    officer: Actor
    login: str
    folder: Path
    known: int

    def union(self) -> Union:
        """A new union without members."""
        at = days.now()
        with acting(self.officer):
            tree.hold()
            return unions.write(
                at=at, day=days.business_day(at), parents={Parent.Tree.ORGANISATION: self.county.pk},
                name=f"{NAMED}{new_id().hex[-8:]}", type="50", level=Union.Level.GRASSROOTS,
                division=self.county.division,
            )  # fmt: skip

    def roster(self, rows: int, kind: rosters.Kind = "csv") -> tuple[Path, rosters.Made]:
        """A file of people nobody knows yet."""
        made = rosters.make(rows, seed=SEED, first=self.known)
        self.known += rows
        path = self.folder / f"roster-{self.known}.{kind}"
        made.write(path, kind)
        return path, made

    def imported(self, file: Path, union: Union) -> tuple[float, float]:
        """Seconds of the check (the dry run) and of the write."""
        at = days.now()
        with acting(self.officer), file.open("rb") as content:
            roster = runs.upload(
                actor=self.officer, at=at, union=union, name=file.name, content=content, in_background=False
            )
        checking = benches.seconds_of(lambda: work.check(actor=self.officer, at=at, import_id=roster.pk))
        with acting(self.officer):
            runs.confirm(
                actor=self.officer,
                at=at,
                import_id=roster.pk,
                mode=RosterImport.Mode.ALL_OR_NOTHING,
                in_background=False,
            )
        return checking, benches.seconds_of(
            lambda: work.apply(actor=self.officer, at=at, import_id=roster.pk)
        )


def run(options: Options) -> Result:
    """Fill a register with as many members as `options.into` says (a province's from half a million rows on, else
    none), then measure."""
    rows = options.rows or ROWS
    into = options.into if options.into is not None else (FULL if rows >= MANY else 0)
    if into:
        _fill(into, options)
    return measure(options, rows=rows)


def measure(options: Options, *, rows: int) -> Result:
    """Rows a second of the whole write (read, check, seal, dedupe, facts, trail) into the register the connections
    point at, whatever it holds, in turn with the limits; the median. Each round brings other people to another union;
    they stay there."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zhijia-rosters-") as folder:
        world = _world(Path(folder))
        with whole():
            held = Membership.objects.using("bulk").filter(valid_to__isnull=True).count()
        result = _increments(world, options, rows)
        parts = [
            *result.parts,
            import_pages.during(world, options, rows=min(rows, import_pages.ROWS)),
            *import_library.beside(world, options, rows=min(rows, import_library.ROWS)),
        ]
    return replace(
        result,
        seconds=time.monotonic() - began,
        peak_mb=_peak_mb(),
        violations=result.violations + sum(part.violations for part in parts),
        detail={**result.detail, "register": held, "file": options.file},
        parts=tuple(parts),
    )


def _increments(world: World, options: Options, rows: int) -> Result:
    checks: list[float] = []
    violations = 0
    raw_rows: list[bytes] = []
    kind: rosters.Kind = "xlsx" if options.file == "xlsx" else "csv"

    def pipeline() -> float:
        nonlocal violations
        union = world.union()
        file, made = world.roster(rows, kind)
        raw_rows[:] = [limit.encoded(made.rows)]
        checking, writing = world.imported(file, union)
        checks.append(checking)
        violations += _violations(union, rows)
        options.say(f"{rows / writing:,.0f} rows a second, checked in {checking:,.1f} s.")
        return writing

    def bare() -> float:
        file, _made = world.roster(rows)
        insert_limit.prepare(file, world.union(), days.now())
        took = insert_limit.seconds()
        options.say(f"The limit: {rows / took:,.0f} rows a second.")
        return took

    written, inserted, raw = benches.alternately(pipeline, bare, lambda: limit.seconds(raw_rows[0]))
    result = Result(
        bench="registry-import",
        rows=rows,
        seconds=0.0,
        rate=rows / benches.median(written),
        limit=rows / benches.median(inserted),
        against=AGAINST,
        peak_mb=0,
        violations=violations,
        detail={
            "write_seconds": [round(took, 3) for took in written],
            "insert_seconds": [round(took, 3) for took in inserted],
            "raw_seconds": [round(took, 3) for took in raw],
            "check_seconds": [round(took, 3) for took in checks],
        },
    )
    beside_copy = replace(
        result,
        bench="registry-import beside raw COPY",
        limit=rows / benches.median(raw),
        against=AGAINST_COPY,
        violations=0,
        detail={},
    )
    return replace(result, parts=(beside_copy,))


def _violations(union: Union, rows: int) -> int:
    """How many rows are lost or doubled in the register, the vault, the facts and the changes."""
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute(_KEPT, {"union": union.pk})
        return sum(abs(int(count or 0) - rows) for count in cursor.fetchone())


def _fill(members: int, options: Options) -> None:
    """A province of so many members, loaded from a file and settled as it would be the next morning."""
    with tempfile.TemporaryDirectory(prefix="zhijia-province-") as folder:
        options.say(f"Loading a province of {members:,} members …")
        world = loads.world_of(members, Path(folder))
        file = world.folder / "province.csv"
        province.write_file(file, rows=members, unions=world.unions, seed=SEED)
        load_runs.load(
            actor=world.actor,
            at=days.now(),
            files=[file],
            federation=world.federation,
            say=lambda progress: options.say(str(progress)),
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(insert_limit.ORDER)}")


def _world(folder: Path) -> World:
    """The first county of the province, or of a small new one, and an officer who may import there."""
    at = days.now()
    founder = Actor(user_id=None, channel="demo", request_id="bench")
    login = f"bench-{new_id().hex[-12:]}"
    with acting(founder):
        if not Union.objects.exists():
            province.found_unions(FEW_UNIONS, at)
        standing = Union.objects.filter(dissolved_on__isnull=True).order_by("pk")
        top = standing.filter(level=Union.Level.PROVINCE)[0]
        county = standing.filter(level=Union.Level.COUNTY)[0]
        user, second = (
            accounts.create_user(actor=founder, at=at, login=name, staff=True)
            for name in (login, f"{login}-giver")
        )
    grants.write(at=at, user_id=second.pk, role="security_admin", union=top, given_by=founder, using="bulk")
    giver = Actor(user_id=second.pk, channel="demo", request_id="bench")
    with acting(giver):
        for role in ("province_officer", "grassroots_officer"):
            grants.write(at=at, user_id=user.pk, role=role, union=top, given_by=giver)
    with whole():
        ours = Union.objects.using("bulk").filter(name__startswith=NAMED).values("pk")
        known = Membership.objects.using("bulk").filter(union_id__in=ours).count()
    officer = Actor(user_id=user.pk, channel="demo", request_id="bench", stepped_up=True)
    return World(county, officer, login, folder, known)


def _peak_mb() -> int:
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        // 1024
    )
