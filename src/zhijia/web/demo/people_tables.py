"""The rows of the people of a demo province, a chunk at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhijia.kernel import codes
from zhijia.kernel.initials import initials_of
from zhijia.kernel import codes
from zhijia.web.demo.employers import Employers
from zhijia.web.demo.numbers import as_hex
from zhijia.web.demo.people import Chunk, Register, Stay
from zhijia.web.demo.posts import Offices
from zhijia.web.demo.seeds import Integers, stream
from zhijia.web.demo.tables import Ids, Table, dashed, day, moment, text
from zhijia.web.demo.unions import NONE
from zhijia.web.demo.words import words

STREAM = 4


class PeopleTables:
    """The rows of a chunk of people, table by table."""

    def __init__(self, register: Register, employers: Employers, ids: Ids, at: datetime) -> None:
        self.register, self.employers, self.ids = register, employers, ids
        self.at = at.isoformat()
        self.offices = Offices(register)
        unions = register.unions
        self.county = ids.unions[np.array(unions.county)]
        self.division = np.array([int(division[:6]) for division in unions.division])
        self.group = np.array(unions.group)
        self.reasons: dict[str, Any] = words("unions")["reasons"]
        self.kept = words("names")
        self.works = {trade: np.array(works) for trade, works in self.kept["occupations"].items()}
        self.trade = np.array(unions.trade)
        self.employer_name = pl.Series(employers.name)

    def of(self, chunk: Chunk) -> Iterator[Table]:
        """All rows of the chunk but those of the vault, in an order foreign ids like."""
        rng = stream(self.register.plan.seed, STREAM, int(chunk.serial[0]))
        people = text(as_hex(chunk.id))
        group = self._groups(rng, chunk)
        channel = pl.Series(np.where(chunk.by_page, "page", "job"))
        yield "registry_person", self._people(rng, chunk, people, group)
        numbers = self._member_numbers(chunk)
        for stay in (chunk.earlier, chunk.stay):
            here = np.flatnonzero(stay.here)
            yield "registry_membership", self._memberships(stay, here, people, numbers, channel)
        yield from self._changes(rng, chunk, people)
        yield from self._facts(chunk, people, group, channel)
        yield "registry_post", self._posts(chunk, people)

    def _groups(self, rng: np.random.Generator, chunk: Chunk) -> NDArray[np.str_]:
        """The group of MEM-06: that of the sector, any of the four in a holding pool, else none."""
        group = self.group[chunk.union]
        pooled = np.flatnonzero(self.register.pool[chunk.union])
        group[pooled] = rng.choice(["01", "02", "03", "04"], len(pooled), p=[0.3, 0.2, 0.2, 0.3])
        return group

    def _people(
        self, rng: np.random.Generator, chunk: Chunk, people: pl.Series, group: NDArray[np.str_]
    ) -> pl.DataFrame:
        many, union = len(chunk), chunk.union
        units = self.employers.many[union]
        employed = (units > 0) & (chunk.retained_on == NONE)
        employer = np.where(employed, self.employers.first[union] + chunk.rank % np.maximum(units, 1), 0)
        status = chunk.stay.status
        work = np.select(
            [status == "30", status == "31", self.register.pool[union]], ["04", "03", "08"], "01"
        )
        schools = self.kept["education"]
        shares = np.array(list(schools.values())) / sum(schools.values())
        migrant = rng.random(many) < 0.34
        begins = np.where(chunk.earlier.here, chunk.earlier.begins, chunk.stay.begins)
        registered = day(begins).cast(pl.String)
        origin = pl.Series(np.where(chunk.by_page, "application", "roster"))
        fields = ("name", "id_number", "phone", "occupation")
        sources = pl.Series(["{"] * many)
        for number, name in enumerate(fields):
            sources = sources + (", " * (number > 0) + f'"{name}": ["') + origin + '", "' + registered + '"]'
        home = pl.Series(self.division[union]).cast(pl.String) + "000000"
        return pl.DataFrame(
            {
                "id": people,
                "name": chunk.name,
                "name_initials": text(initials_of(chunk.name)),
                "id_type": "111",
                "sex": np.where(chunk.women, "2", "1"),
                "birth_date": day(chunk.born),
                "nationality": "CHN",
                "education": rng.choice(list(schools), many, p=shares),
                "hukou_type": np.where(migrant, "2", rng.choice(["1", "3"], many)),
                "hukou_division": home,
                "home_division": home,
                "migrant": migrant,
                "gig_group": group,
                "occupation": self._occupations(rng, union, group),
                "skill": rng.choice(["", "05", "04", "03", "02"], many, p=[0.6, 0.14, 0.14, 0.1, 0.02]),
                "work_status": work,
                "employer_id": pl.Series(np.where(employed, self.ids.employers[employer], NONE)).replace(
                    NONE, None
                ),
                "employer_name": pl.select(
                    pl.when(pl.Series(employed))
                    .then(self.employer_name.gather(employer))
                    .otherwise(pl.lit(""))
                ).to_series(),
                "hired_on": day(np.where(employed, chunk.stay.begins - rng.integers(0, 90, many), NONE)),
                "model_level": np.where(rng.random(many) < 0.0006, rng.choice(["2", "3"], many), "0"),
                "real_name_level": np.where(chunk.by_page, 2, 1),
                "sources": sources + "}",
                "changed_at": self.at,
                "union_id": self.ids.unions[union],
                "county_id": self.county[union],
            }
        )

    def _occupations(
        self, rng: np.random.Generator, union: Integers, group: NDArray[np.str_]
    ) -> NDArray[np.str_]:
        lot, trades = rng.random(len(union)), self.trade[union]
        result = np.full(len(union), "other", "U20")
        for trade, works in self.works.items():
            here = np.flatnonzero(trades == trade)
            result[here] = works[(lot[here] * len(works)).astype(np.int64)]
        for code, work in self.kept["gig_occupations"].items():
            result[group == code] = work
        return result

    def _member_numbers(self, chunk: Chunk) -> pl.Series:
        first = np.where(chunk.earlier.here, chunk.earlier.union, chunk.union)
        joined = np.where(chunk.earlier.here, chunk.earlier.joined, chunk.stay.joined)
        years = joined.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        return text(codes.member_numbers(self.division[first], years, self.ids.members_serial + chunk.serial))

    def _memberships(
        self, stay: Stay, here: Integers, people: pl.Series, numbers: pl.Series, channel: pl.Series
    ) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "id": text(as_hex(stay.id[here])),
                "person_id": people.gather(here),
                "member_number": numbers.gather(here),
                "status": stay.status[here],
                "joined_on": day(stay.joined[here]),
                "valid_from": day(stay.begins[here]),
                "valid_to": day(stay.until[here]),
                "channel": channel.gather(here),
                "union_id": self.ids.unions[stay.union[here]],
                "county_id": self.county[stay.union[here]],
            }
        )

    def _changes(self, rng: np.random.Generator, chunk: Chunk, people: pl.Series) -> Iterator[Table]:
        """A line for every beginning, ending and keeping of a membership, with its reason."""
        earlier, stay, two = chunk.earlier, chunk.stay, chunk.earlier.here
        back = two & ~chunk.moved
        left = self.reasons["left"]
        joining = np.where(chunk.by_page, "application", "roster")
        lines = [
            (earlier, two, "01", earlier.begins, joining),
            (earlier, chunk.moved, "02", earlier.until, rng.choice(self.reasons["transfer_out"], len(chunk))),
            (earlier, back, "05", earlier.until, rng.choice(left, len(chunk))),
            (stay, ~two, "01", stay.begins, joining),
            (stay, chunk.moved, "03", stay.begins, rng.choice(self.reasons["transfer_in"], len(chunk))),
            (stay, back, "06", stay.begins, joining),
        ]
        for status, reason in (self.reasons["retained"] | self.reasons["ended"]).items():
            kept = status in self.reasons["retained"]
            when = chunk.retained_on if kept else stay.until
            lines.append(
                (stay, stay.status == status, "04" if kept else "05", when, np.full(len(chunk), reason))
            )
        for of, mask, kind, when, reasons in lines:
            here = np.flatnonzero(mask)
            if len(here):
                yield (
                    "registry_membership_change",
                    pl.DataFrame(
                        {
                            "membership_id": text(as_hex(of.id[here])),
                            "person_id": people.gather(here),
                            "kind": kind,
                            "reason": reasons[here],
                            "day": day(when[here]),
                            "at": moment(when[here]),
                            "union_id": self.ids.unions[of.union[here]],
                            "county_id": self.county[of.union[here]],
                        }
                    ),
                )

    def _facts(
        self, chunk: Chunk, people: pl.Series, group: NDArray[np.str_], channel: pl.Series
    ) -> Iterator[Table]:
        """One fact for every joining, leaving and side of a transfer, of the day it happened."""
        earlier, stay, two = chunk.earlier, chunk.stay, chunk.earlier.here
        dimensions = '{"group": "' + pl.Series(group) + '", "channel": "' + channel + '"}'
        for kind, of, mask, when in (
            ("member.joined", earlier, two, earlier.begins),
            ("member.joined", stay, ~chunk.moved, stay.begins),
            ("member.transferred_out", earlier, chunk.moved, earlier.until),
            ("member.transferred_in", stay, chunk.moved, stay.begins),
            ("member.left", earlier, two & ~chunk.moved, earlier.until),
            ("member.left", stay, stay.until != NONE, stay.until),
        ):
            here = np.flatnonzero(mask)
            if len(here):
                yield (
                    "facts_fact",
                    pl.DataFrame(
                        {
                            "kind": kind,
                            "union_id": self.ids.unions[of.union[here]],
                            "county_id": self.county[of.union[here]],
                            "day": day(when[here]),
                            "quantity": 1,
                            "amount": 0,
                            "person_id": people.gather(here),
                            "dimensions": dimensions.gather(here),
                            "class": "own",
                            "record": "membership",
                            "record_id": dashed(text(as_hex(of.id[here]))),
                        }
                    ),
                )

    def _posts(self, chunk: Chunk, people: pl.Series) -> pl.DataFrame:
        posts = self.offices.held_in(chunk)
        return pl.DataFrame(
            {
                "person_id": people.gather(posts.holder),
                "kind": posts.kind,
                "full_time": posts.full_time,
                "term_from": day(posts.begins),
                "term_to": day(posts.ends),
                "union_id": self.ids.unions[posts.union],
                "county_id": self.county[posts.union],
            }
        )
