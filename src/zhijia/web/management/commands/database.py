"""`zhijia database prepare`: roles, database and rights, on the embedded server or on any other."""

import os
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia.web.database.system_user import CannotRun
from zhijia.web.supervisor.lock import DataLock, InUse

LEAST_VERSION = 150000


class Command(BaseCommand):
    help = (
        "Make the roles zhijia_owner, zhijia_app, zhijia_bulk, zhijia_sealer, the database and their rights. "
        "Outside, DATABASE_URL and its companions give the passwords and ZHIJIA_ADMIN_URL a superuser."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["prepare"])
        parser.add_argument("--print", action="store_true", dest="printed", help="print SQL for psql instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["printed"]:
            self.stdout.write(roles.script(settings.DATABASES["default"]["NAME"]))
        elif addresses.outside():
            self._prepare_outside()
        else:
            self._prepare_embedded()

    def _prepare_outside(self) -> None:
        admin = os.environ.get("ZHIJIA_ADMIN_URL", "")
        if not admin:
            raise CommandError("Set ZHIJIA_ADMIN_URL to a superuser's URL, or use --print.")
        passwords = {}
        for alias, role in addresses.ROLES.items():
            at = settings.DATABASES[alias]
            if at["USER"] != role or not at["PASSWORD"]:
                raise CommandError(
                    f"{addresses.VARIABLES[alias]} has to name the user {role} and its password."
                )
            passwords[role] = at["PASSWORD"]
        try:
            with psycopg.connect(admin) as connection:
                if connection.info.server_version < LEAST_VERSION:
                    raise CommandError("Zhijia needs PostgreSQL 15 or newer.")
            roles.prepare(admin, passwords, settings.DATABASES["default"]["NAME"])
        except psycopg.Error as error:
            raise CommandError(f"The server refused: {str(error).strip()}") from error
        self.stdout.write("Roles, database and rights are in place. Next: zhijia migrate --database owner")

    def _prepare_embedded(self) -> None:
        try:
            lock = DataLock(settings.DATA)
        except InUse:
            server = Server(settings.DATA, self.stdout.write)
            server.socket = addresses.socket_of(settings.DATA)
            roles.prepare(server.admin(), addresses.passwords(settings.DATA))
        else:
            server = Server(settings.DATA, self.stdout.write)
            try:
                server.start()
                roles.prepare(server.admin(), addresses.passwords(settings.DATA))
            except CannotRun as error:
                raise CommandError(str(error)) from error
            finally:
                server.stop()
                lock.release()
        self.stdout.write("Roles, database and rights are in place.")
