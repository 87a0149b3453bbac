"""The `zhijia` command: Django's commands under one name, errors as one sentence."""

import os
import sys

from django.core.management import CommandError, execute_from_command_line

from zhijia.kernel.errors import Refusal


def main() -> None:
    """Run a command; a refusal is one sentence on standard error and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.web.settings")
    try:
        execute_from_command_line(sys.argv)
    except (CommandError, Refusal) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
