"""What is asked of a figure that fills in an item of an appraisal, and what it answers: `appraisals.figure.<name>`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

PORT = "appraisals.figure"


@dataclass(frozen=True, slots=True)
class Asked:
    """About whom (`kind` union, employer or row; `target` its id as text), at which union it stands, over which days
    (both included), and what the definition gives."""

    kind: str
    target: str
    union_id: int
    since: date
    until: date
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A whole number, and the address of what it comes from."""

    value: int
    link: str = ""
