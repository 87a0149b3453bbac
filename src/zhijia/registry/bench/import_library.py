"""The same roster through django-import-export, into a Django model with the same columns and the number held once.
The library is a development dependency: without it there is nothing beside us."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from django.apps.registry import Apps
from django.db import connections, models

from zhijia.kernel import benches
from zhijia.kernel.benches import Options, Result
from zhijia.registry.bench.rosters import HEADER
from zhijia.registry.models import Union

ROWS = 20_000
TABLE = "bench_equal"
AGAINST = (
    "django-import-export, in bulk and without differences, of the same roster into one table with the same columns:"
    " no check, no sealing, no membership, no fact; same server, same run"
)
_NAMES = ("name", "id_number", "phone", "occupation", "education", "hired_on")


class World(Protocol):
    """What is needed of the bench's world."""

    def union(self) -> Union:
        """A new union."""

    def roster(self, rows: int) -> tuple[Path, object]:
        """A file of people nobody knows."""

    def imported(self, file: Path, union: Union) -> tuple[float, float]:
        """Seconds of the check and of the write."""


def beside(world: World, options: Options, *, rows: int) -> list[Result]:
    """Rows a second of ours, check and write together, and of theirs, in turn; nothing where the library is missing."""
    if find_spec("import_export") is None:
        options.say("django-import-export is not installed: it comes with requirements-dev.")
        return []
    began = time.monotonic()
    with _table() as model:
        resource = _resource(model)

        def ours() -> float:
            return sum(world.imported(world.roster(rows)[0], world.union()))

        def theirs() -> float:
            file, _made = world.roster(rows)
            return benches.seconds_of(lambda: _import(resource, file))

        mine, other = benches.alternately(ours, theirs)
        lost = abs(model._default_manager.count() - rows * benches.ROUNDS)
    return [
        Result(
            bench="roster beside django-import-export",
            rows=rows,
            seconds=time.monotonic() - began,
            rate=rows / benches.median(mine),
            limit=rows / benches.median(other),
            against=AGAINST,
            peak_mb=0,
            violations=lost,
            detail={
                "our_seconds": [round(took, 3) for took in mine],
                "their_seconds": [round(took, 3) for took in other],
            },
        )
    ]


@contextmanager
def _table() -> Iterator[type[models.Model]]:
    """A table of its own for the library, gone afterwards."""

    class Equal(models.Model):
        name = models.CharField(max_length=100, db_index=True)
        id_number = models.CharField(max_length=18, unique=True)
        phone = models.CharField(max_length=11, db_index=True)
        occupation = models.CharField(max_length=60)
        education = models.CharField(max_length=20)
        hired_on = models.DateField()

        class Meta:
            app_label = "registry"
            apps = Apps()
            db_table = TABLE

        def __str__(self) -> str:
            return TABLE

    with connections["owner"].schema_editor() as editor:
        editor.create_model(Equal)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT ALL ON {TABLE} TO PUBLIC; GRANT ALL ON SEQUENCE {TABLE}_id_seq TO PUBLIC")
    try:
        yield Equal
    finally:
        with connections["owner"].schema_editor() as editor:
            editor.delete_model(Equal)


def _resource(model: type[models.Model]) -> Any:
    fields, resources, widgets = (
        import_module(f"import_export.{name}") for name in ("fields", "resources", "widgets")
    )
    columns: dict[str, Any] = {
        name: fields.Field(attribute=name, column_name=heading)
        for name, heading in zip(_NAMES, HEADER, strict=True)
    }
    columns["hired_on"].widget = widgets.DateWidget("%Y-%m-%d")
    meta = {
        "model": model, "fields": _NAMES, "import_id_fields": ("id_number",), "use_bulk": True, "skip_diff": True,
        "batch_size": 1000,
    }  # fmt: skip
    return type("Roster", (resources.ModelResource,), {**columns, "Meta": type("Meta", (), meta)})()


def _import(resource: Any, file: Path) -> None:
    rows = import_module("tablib").Dataset().load(file.read_text(encoding="utf-8"), format="csv")
    resource.import_data(rows, raise_errors=True)
