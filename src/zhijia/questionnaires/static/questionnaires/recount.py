"""Counts the published ballots of a poll anew, and says whether what was published is right.

    python recount.py ballots-12.csv result-12.json

Both files stand on the page of the poll's result. Nothing but Python 3.8 or newer is needed, no network and nobody's
permission. Each line of the first file is one line of one ballot, cut off from the others and shuffled: its random id,
the question, the candidate's number (empty for a motion) and what was said. Papers were counted by two people; their
sums stand in the second file and are added.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any


def recount(ballots: bytes, claimed: Any) -> Iterator[str]:
    """What is wrong with what was claimed, a sentence each; nothing where it is right."""
    if hashlib.sha256(ballots).hexdigest() != claimed["sha256"]:
        yield "The ballots are not those whose SHA-256 was published."
    rows = list(csv.reader(ballots.decode().splitlines()))[1:]
    if len({row[0] for row in rows}) < len(rows):
        yield "A line of a ballot is there twice."
    counts = Counter((question, item, said) for _id, question, item, said in rows)
    papers = claimed["papers"] - claimed["invalid"]
    for question, items in claimed["paper"].items():
        for item, said in items.items():
            for way, many in said.items():
                counts[question, item, way] += many
    attended = claimed["here"] + claimed["papers"]
    if attended != claimed["cast"]:
        yield "Ballots and papers are not as many as took part."
    for question in claimed["questions"]:
        name = question["name"]
        for item in question["candidates"] or [""]:
            lines = sum(
                many for (asked, about, _said), many in counts.items() if (asked, about) == (name, item)
            )
            if lines != claimed["here"] + papers:
                yield f"{name} {item}: {lines} lines, where there are {claimed['here'] + papers} ballots."
    if "quorum" not in claimed:
        return
    part, whole = claimed["quorum"]
    stands = attended * whole >= claimed["entitled"] * part
    if stands != claimed["stands"]:
        yield f"{attended} of {claimed['entitled']} took part: whether the vote stands is said wrongly."
    part, whole = claimed["majority"]
    base = claimed["entitled"] if claimed["of"] == "entitled" else attended
    needed = base * part // whole + 1
    if needed != claimed["needed"]:
        yield f"{needed} votes are needed, not {claimed['needed']}."
    for question in claimed["questions"]:
        yield from decided(question, counts, claimed, stands, needed)


def decided(
    question: Any, counts: Counter[tuple[str, str, str]], claimed: Any, stands: bool, needed: int
) -> Iterator[str]:
    """What is wrong with who is elected, or with what passed."""
    name, said = question["name"], claimed["decided"][question["name"]]
    if not question["candidates"]:
        passed = stands and counts[name, "", question["passes"]] >= needed
        if passed != said["passed"]:
            yield f"{name}: whether it passed is said wrongly."
        return
    votes = {number: counts[name, number, "for"] for number in question["candidates"]}
    enough = sorted(
        (number for number in votes if votes[number] >= needed), key=lambda number: -votes[number]
    )
    tied: list[str] = []
    chosen, seats = enough, claimed["seats"]
    if len(enough) > seats:
        border = votes[enough[seats]]
        chosen = [number for number in enough if votes[number] > border]
        tied = [number for number in enough if votes[number] == border]
        if claimed["ties"] == "draw":
            seed = claimed["sha256"]
            lucky = sorted(tied, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest())
            chosen = chosen + lucky[: seats - len(chosen)]
    if sorted(chosen if stands else []) != sorted(said["elected"]):
        found = ", ".join(chosen) if stands and chosen else "none"
        yield f"{name}: elected are {found}, not {', '.join(said['elected']) or 'none'}."


def main() -> int:
    """Read both files, count, and say what came out."""
    with open(sys.argv[1], "rb") as file:
        ballots = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        claimed = json.load(file)
    wrong = list(recount(ballots, claimed))
    for sentence in wrong:
        sys.stdout.write(sentence + "\n")
    if wrong:
        return 1
    title, cast = claimed["title"], claimed["cast"]
    sys.stdout.write(f"{title}: {cast} ballots counted anew; everything published is right.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
