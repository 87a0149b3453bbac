"""What the process that leads a load and those that do its work say to each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhijia.kernel.actors import Actor
from zhijia.kernel.sheets import Limits
from zhijia.registry.services.loads.sources import Part
from zhijia.registry.services.loads.texts import Piece


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a worker works and on what: the addresses of the databases and the keys, the run and its files."""

    databases: Mapping[str, Mapping[str, Any]]
    keys: str
    load_id: int
    federation_id: int
    at: datetime
    index_version: int
    fields: Sequence[str]
    named: bool
    limits: Limits
    errors: str
    actor: Actor
    dry: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Find the indexes of the numbers in a piece."""

    number: int
    part: Part
    piece: Piece


@dataclass(frozen=True, slots=True)
class Write:
    """Check a piece and write its good rows. `doubles` are rows whose number stood before, with that row's number in
    its file. `empty` says that nobody is in the register but by this load; else `import_id` is the import under
    which those who are known are changed."""

    number: int
    part: Part
    piece: Piece
    doubles: Mapping[int, int]
    empty: bool
    import_id: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: the indexes found, or the counts; `failure` is the code of what went wrong, `row`
    where in the piece (from 0); `first` are the first mistakes as a page shows them."""

    number: int
    blinds: bytes = b""
    counts: Mapping[str, int] = field(default_factory=dict)
    first: Sequence[Mapping[str, Any]] = ()
    failure: str = ""
    row: int = 0
    peak_mb: int = 0


Task = Look | Write
