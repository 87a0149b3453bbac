"""The `zhijia` command: Django's commands under one name, errors as one sentence."""

import os
import sys

from django.core.management import CommandError, execute_from_command_line
from django.db import OperationalError

from zhijia.audit import verification
from zhijia.kernel.errors import Refusal


def main() -> None:
    """Run a command; a refusal is one sentence on standard error and exit code 1. A trail is checked without
    settings or database, so that an outsider can."""
    if sys.argv[1:3] == ["audit", "verify"]:
        sys.exit(verification.main(sys.argv[3:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.web.settings")
    try:
        execute_from_command_line(sys.argv)
    except (CommandError, Refusal) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        sys.stderr.write(f"{reason}\nIs Zhijia running? Start it with `make run`, or check DATABASE_URL.\n")
        sys.exit(1)
