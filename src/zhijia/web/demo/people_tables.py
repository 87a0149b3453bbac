"""The rows of the people of a demo province, a chunk at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhijia.facts import columns as facts
from zhijia.kernel import codes, copies
from zhijia.kernel.copies import Bytes, Field, Texts
from zhijia.kernel.initials import initials_of
from zhijia.vault import services as vault
from zhijia.web.demo import cells
from zhijia.web.demo.cells import Rows
from zhijia.web.demo.employers import Employers
from zhijia.web.demo.people import Chunk, Flags, Register, Stay
from zhijia.web.demo.posts import Offices
from zhijia.web.demo.seeds import Integers, stream
from zhijia.web.demo.tables import Ids
from zhijia.web.demo.told import GROUPS, ORIGINS, Jobs, Sources
from zhijia.web.demo.unions import NONE
from zhijia.web.demo.words import words

Reasons = tuple[Sequence[str], NDArray[np.intp]]
STREAM = 4
POOLED = np.array([0.3, 0.2, 0.2, 0.3])
SKILLS, SKILLED = ("", "05", "04", "03", "02"), np.array([0.6, 0.14, 0.14, 0.1, 0.02])
FROM_ELSEWHERE, MODELS, NOTICE = 0.34, 0.0006, 90
CHANNELS = ("job", "page")


class PeopleTables:
    """The rows of a chunk of people, table by table."""

    def __init__(self, register: Register, employers: Employers, ids: Ids, at: datetime, run: str) -> None:
        self.register, self.employers, self.ids = register, employers, ids
        self.at, self.run = at, run
        self.offices = Offices(register)
        unions = register.unions
        self.union_cells = copies.int4(ids.unions)
        self.county_cells = copies.int4(ids.unions[np.array(unions.county)])
        self.division = np.array([int(division[:6]) for division in unions.division])
        self.home = cells.plain(
            np.array([division[:6].ljust(12, "0") for division in unions.division], "S12")
        )
        self.group = np.array([GROUPS.index(group) for group in unions.group])
        self.reasons: dict[str, Any] = words("unions")["reasons"]
        self.jobs = Jobs(register, words("names"))
        self.schools: dict[str, int] = words("names")["education"]
        self.employer_cells = [copies.of_int(int(number)) for number in ids.employers] + [copies.NULL]
        self.employer_names = [*cells.words_of(employers.name), copies.of_text("")]
        self.sources = Sources(register)
        self.dimensions = [{"group": group, "channel": channel} for group in GROUPS for channel in CHANNELS]

    def of(self, chunk: Chunk) -> Iterator[Rows]:
        """All rows of the chunk, those of the vault last (sealing is never twice the same)."""
        rng = stream(self.register.plan.seed, STREAM, int(chunk.serial[0]))
        group = self._groups(rng, chunk)
        yield _rows("registry_person", len(chunk), self._people(rng, chunk, group))
        numbers = self._member_numbers(chunk)
        for stay in (chunk.earlier, chunk.stay):
            here = np.flatnonzero(stay.here)
            yield _rows("registry_membership", len(here), self._memberships(chunk, stay, here, numbers))
        yield from self._changes(rng, chunk)
        yield from self._facts(chunk, group * len(CHANNELS) + chunk.by_page)
        yield self._posts(chunk)
        yield from self._sealed(chunk)

    def place(self, union: Integers) -> dict[str, Field]:
        """Where a row stands."""
        return {"union_id": self.union_cells[union], "county_id": self.county_cells[union]}

    def _groups(self, rng: np.random.Generator, chunk: Chunk) -> Integers:
        """The group of MEM-06: that of the sector, any of the four in a holding pool, else none."""
        group = self.group[chunk.union]
        pooled = np.flatnonzero(self.register.pool[chunk.union])
        group[pooled] = 1 + rng.choice(len(POOLED), len(pooled), p=POOLED)
        return group

    def _people(self, rng: np.random.Generator, chunk: Chunk, group: Integers) -> dict[str, Field]:
        many, union = len(chunk), chunk.union
        units = self.employers.many[union]
        employed = (units > 0) & (chunk.retained_on == NONE)
        employer = np.where(employed, self.employers.first[union] + chunk.rank % np.maximum(units, 1), -1)
        status = chunk.stay.status
        work = np.select(
            [status == "30", status == "31", self.register.pool[union]], ["04", "03", "08"], "01"
        )
        shares = np.array(list(self.schools.values())) / sum(self.schools.values())
        migrant = rng.random(many) < FROM_ELSEWHERE
        begins = np.where(chunk.earlier.here, chunk.earlier.begins, chunk.stay.begins)
        hired = np.where(employed, chunk.stay.begins - rng.integers(0, NOTICE, many), NONE)
        return {
            "id": copies.wide(chunk.id),
            "name": Texts([name.encode() for name in chunk.name.tolist()]),
            "name_initials": Texts(initials_of(chunk.name).tolist()),
            "id_type": copies.of_text("111"),
            "sex": copies.chosen(cells.words_of(["1", "2"]), chunk.women.astype(np.intp)),
            "birth_date": cells.day(chunk.born),
            "nationality": copies.of_text("CHN"),
            "hukou_type": copies.chosen(
                cells.words_of(["1", "3", "2"]), np.where(migrant, 2, rng.integers(0, 2, many))
            ),
            "hukou_division": self.home[union],
            "home_division": self.home[union],
            "migrant": cells.flag(migrant),
            "gig_group": copies.chosen(cells.words_of(GROUPS), group),
            "work_status": cells.word(work),
            "model_level": copies.chosen(
                cells.words_of(["0", "2", "3"]),
                np.where(rng.random(many) < MODELS, rng.integers(1, 3, many), 0),
            ),
            "real_name_level": copies.chosen(
                [copies.of_int(1, 2), copies.of_int(2, 2)], chunk.by_page.astype(np.intp)
            ),
            "changed_at": copies.of_moment(self.at),
            **self.place(union),
            "education": copies.chosen(
                cells.words_of(list(self.schools)), rng.choice(len(shares), many, p=shares)
            ),
            "occupation": self.jobs.draw(rng, union, group),
            "skill": copies.chosen(cells.words_of(SKILLS), rng.choice(len(SKILLS), many, p=SKILLED)),
            "employer_id": copies.chosen(self.employer_cells, employer),
            "employer_name": copies.chosen(self.employer_names, employer),
            "hired_on": cells.day(hired),
            "sources": self.sources.of(chunk.by_page, begins),
        }

    def _member_numbers(self, chunk: Chunk) -> Bytes:
        first = np.where(chunk.earlier.here, chunk.earlier.union, chunk.union)
        joined = np.where(chunk.earlier.here, chunk.earlier.joined, chunk.stay.joined)
        years = joined.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        return cells.plain(
            codes.member_numbers(self.division[first], years, self.ids.members_serial + chunk.serial)
        )

    def _memberships(self, chunk: Chunk, stay: Stay, here: Integers, numbers: Bytes) -> dict[str, Field]:
        return {
            "id": copies.wide(stay.id[here]),
            "person_id": copies.wide(chunk.id[here]),
            "member_number": numbers[here],
            "status": cells.word(stay.status[here]),
            "joined_on": cells.day(stay.joined[here]),
            "valid_from": cells.day(stay.begins[here]),
            **self.place(stay.union[here]),
            "valid_to": cells.day(stay.until[here]),
            "channel": copies.chosen(cells.words_of(CHANNELS), chunk.by_page[here].astype(np.intp)),
        }

    def _changes(self, rng: np.random.Generator, chunk: Chunk) -> Iterator[Rows]:
        """A line for every beginning, ending and keeping of a membership, with its reason."""
        earlier, stay, two = chunk.earlier, chunk.stay, chunk.earlier.here
        back = two & ~chunk.moved
        joining: Reasons = (ORIGINS, chunk.by_page.astype(np.intp))
        lines: list[tuple[Stay, Flags, str, Integers, Reasons]] = [
            (earlier, two, "01", earlier.begins, joining),
            (earlier, chunk.moved, "02", earlier.until, self._reasons(rng, "transfer_out", len(chunk))),
            (earlier, back, "05", earlier.until, self._reasons(rng, "left", len(chunk))),
            (stay, ~two, "01", stay.begins, joining),
            (stay, chunk.moved, "03", stay.begins, self._reasons(rng, "transfer_in", len(chunk))),
            (stay, back, "06", stay.begins, joining),
        ]
        for status, reason in (self.reasons["retained"] | self.reasons["ended"]).items():
            kept = status in self.reasons["retained"]
            when = chunk.retained_on if kept else stay.until
            only = ((reason,), np.zeros(len(chunk), np.intp))
            lines.append((stay, stay.status == status, "04" if kept else "05", when, only))
        for of, mask, kind, when, (reasons, which) in lines:
            here = np.flatnonzero(mask)
            columns: dict[str, Field] = {
                "membership_id": copies.wide(of.id[here]),
                "person_id": copies.wide(chunk.id[here]),
                "kind": copies.of_text(kind),
                "day": cells.day(when[here]),
                "at": cells.moment(when[here]),
                **self.place(of.union[here]),
                "reason": copies.chosen(cells.words_of(reasons), which[here]),
            }
            yield _rows("registry_membership_change", len(here), columns)

    def _reasons(self, rng: np.random.Generator, kind: str, many: int) -> Reasons:
        return self.reasons[kind], rng.integers(0, len(self.reasons[kind]), many)

    def _facts(self, chunk: Chunk, cut: Integers) -> Iterator[Rows]:
        """One fact for every joining, leaving and side of a transfer, of the day it happened."""
        earlier, stay, two = chunk.earlier, chunk.stay, chunk.earlier.here
        for kind, of, mask, when in (
            ("member.joined", earlier, two, earlier.begins),
            ("member.joined", stay, ~chunk.moved, stay.begins),
            ("member.transferred_out", earlier, chunk.moved, earlier.until),
            ("member.transferred_in", stay, chunk.moved, stay.begins),
            ("member.left", earlier, two & ~chunk.moved, earlier.until),
            ("member.left", stay, stay.until != NONE, stay.until),
        ):
            here = np.flatnonzero(mask)
            rows = facts.rows(
                kind=kind,
                day=copies.int4(when[here] - cells.TO_2000),
                record="membership",
                record_ids=of.id[here],
                people=chunk.id[here],
                unions=self.union_cells[of.union[here]],
                counties=self.county_cells[of.union[here]],
                dimensions=self.dimensions,
                of=cut[here],
                run_id=self.run,
            )
            yield Rows(facts.INTO, len(here), rows)

    def _posts(self, chunk: Chunk) -> Rows:
        posts = self.offices.held_in(chunk)
        columns: dict[str, Field] = {
            "person_id": copies.wide(chunk.id[posts.holder]),
            "kind": cells.word(posts.kind),
            "full_time": cells.flag(posts.full_time),
            "term_from": cells.day(posts.begins),
            "term_to": cells.day(posts.ends),
            **self.place(posts.union),
        }
        return _rows("registry_post", len(posts.holder), columns)

    def _sealed(self, chunk: Chunk) -> Iterator[Rows]:
        """The columns of the vault for everybody in the chunk."""
        numbers = codes.synthetic_resident_ids(chunk.birth_dates, chunk.number_order)
        for kind, values in (("registry_person.id_number", numbers), ("registry_person.phone", chunk.phone)):
            rows = vault.sealed_rows(
                kind,
                people=chunk.id,
                values=np.ascontiguousarray(values).view(np.uint8).reshape(len(chunk), -1),
                unions=self.union_cells[chunk.union],
                counties=self.county_cells[chunk.union],
                at=self.at,
                using=None,
            )
            yield Rows(vault.INTO, len(chunk), rows, told=False)


def _rows(table: str, many: int, columns: dict[str, Field]) -> Rows:
    into = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
    return Rows(into, many, copies.rows(many, list(columns.values())))
