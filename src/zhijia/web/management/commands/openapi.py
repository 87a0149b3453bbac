"""`zhijia openapi write`: the committed description of the API, made from the one that is served."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from zhijia.web.api import api

FILE = Path(__file__).resolve().parents[5] / "docs" / "openapi.json"


class Command(BaseCommand):
    help = "Write docs/openapi.json; a test compares it with what is served."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["write"])
        parser.add_argument("--file", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        schema = api.get_openapi_schema(path_prefix="/api/")
        text = json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True, default=str)
        options["file"].write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"{options['file']} written")
