"""`zhijia begin NAME --division CODE`: the first union and the first administrators of an empty register."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from zhijia.catalogue import roles
from zhijia.kernel import actors, days
from zhijia.kernel.ids import new_id
from zhijia.registry.services import beginnings


class Command(BaseCommand):
    """Makes an empty register ready for its first officers."""

    help = "Found the highest union of an empty register and open its first two administrators' accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The union's name and where it is."""
        parser.add_argument("name", help="name of the highest union, for example 安徽省总工会")
        parser.add_argument(
            "--division", required=True, help="its division by code (GB/T 2260), for example 340000"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print the passwords this one time."""
        actor = actors.system(str(new_id()), "command")
        made = beginnings.begin(
            actor=actor, at=days.now(), name=options["name"], division=options["division"]
        )
        for account in made:
            self.stdout.write(f"{account.login}  {account.password}  {roles.get(account.role).label}")
        self.stdout.write(
            "Each password holds until the first log-in. Write them down now: they are not kept."
        )
