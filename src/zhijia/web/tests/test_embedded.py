"""The embedded server: who may come in, what is durable, and what an earlier run may have left behind."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from zhijia.web.database import addresses, roles, system_user
from zhijia.web.database.embedded import Server
from zhijia.web.database.leftover import NOBODY, clear_leftover
from zhijia.web.database.memory import settings_for


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    data = tmp_path_factory.mktemp("a folder with a very long name " * 4) / "data"
    server = Server(data, lambda text: None)
    server.start()
    roles.prepare(server.admin(), addresses.passwords(data))
    yield server
    server.stop()


def _setting(server, name):
    with psycopg.connect(server.admin()) as connection:
        return connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("max_wal_size", "2GB"),
        ("password_encryption", "scram-sha-256"),
        ("log_parameter_max_length_on_error", "0"),
    ],
)
def test_the_server_is_durable_listens_on_no_port_and_logs_no_values(embedded, name, value):
    assert _setting(embedded, name) == value


def test_the_socket_lies_in_a_short_private_folder_however_long_the_data_path(embedded):
    state = embedded.socket.stat()

    assert len(str(embedded.data)) > 107
    assert state.st_mode & 0o777 == 0o700
    assert len(str(embedded.socket / ".s.PGSQL.5432")) < 107


def test_nobody_is_trusted(embedded):
    with psycopg.connect(embedded.admin()) as connection:
        methods = connection.execute(
            "SELECT DISTINCT type, auth_method FROM pg_hba_file_rules ORDER BY 2"
        ).fetchall()

    assert methods == [("local", "peer"), ("local", "scram-sha-256")]


def test_a_role_comes_in_with_its_password_alone(embedded):
    right = addresses.embedded_urls(embedded.data)["default"]
    password = addresses.passwords(embedded.data)["zhijia_app"]

    with psycopg.connect(right) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("zhijia_app",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(right.replace(password, "guessed"))


def test_passwords_are_kept_for_the_owner_alone_and_stay_the_same(embedded):
    before = addresses.passwords(embedded.data)

    assert (embedded.data / "database.json").stat().st_mode & 0o777 == 0o600
    assert addresses.keep(embedded.data, embedded.socket) == before
    assert len(set(before.values())) == 4


def test_the_server_log_never_holds_a_password(embedded):
    roles.prepare(embedded.admin(), addresses.passwords(embedded.data))
    logs = "".join(path.read_text() for path in embedded.cluster.glob("log/*.log"))

    assert not [secret for secret in addresses.passwords(embedded.data).values() if secret in logs]


def test_the_printed_script_makes_the_same_roles(embedded):
    """psql runs what `--print` prints, twice, against another database name."""
    if not shutil.which("psql"):
        pytest.skip("psql is not installed")
    script = roles.script("zhijia_printed")
    variables = [
        word
        for role in roles.ALL
        for word in ("-v", f"{role.name}={addresses.passwords(embedded.data)[role.name]}")
    ]
    command = ["psql", "-X", "-q", *variables, "-d", embedded.admin()]

    for _turn in range(2):
        done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(embedded.admin("zhijia_printed")) as connection:
        assert connection.execute(
            "SELECT has_schema_privilege('zhijia_app', 'public', 'CREATE')"
        ).fetchone() == (False,)
        assert connection.execute(
            "SELECT has_schema_privilege('zhijia_owner', 'public', 'CREATE')"
        ).fetchone() == (True,)


def test_the_app_role_gets_every_new_table_but_may_not_empty_it(embedded):
    urls = addresses.embedded_urls(embedded.data)
    with psycopg.connect(urls["owner"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS fresh (id serial PRIMARY KEY)")
    with psycopg.connect(urls["default"], autocommit=True) as app:
        app.execute("INSERT INTO fresh DEFAULT VALUES")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE fresh")
    with psycopg.connect(urls["sealer"]) as sealer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        sealer.execute("SELECT * FROM fresh")


def test_a_new_function_is_no_gift_to_everybody(embedded):
    with psycopg.connect(addresses.embedded_urls(embedded.data)["owner"]) as owner:
        owner.execute("CREATE OR REPLACE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'")
        rights = owner.execute(
            "SELECT has_function_privilege('public', 'answer()', 'EXECUTE'),"
            " has_function_privilege('zhijia_app', 'answer()', 'EXECUTE')"
        ).fetchone()

    assert rights == (False, True)


def test_a_server_of_an_earlier_run_is_ended_before_the_next_starts(tmp_path_factory):
    """Somebody killed the process that had started it, and its leash did not reach: it still runs."""
    data = tmp_path_factory.mktemp("left") / "data"
    first, said = Server(data, lambda text: None), []
    first.start()
    left = first.process

    second = Server(data, said.append)
    second.start()

    try:
        assert left.wait(5) is not None
        assert [words for words in said if f"process {left.pid}" in words]
    finally:
        second.stop()


def test_a_dead_server_nobody_has_buried_does_not_block_the_next(tmp_path):
    """A zombie keeps its number: PostgreSQL would take it for a running server."""
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    file = tmp_path / "postmaster.pid"
    file.write_text(f"{zombie.pid}\n{tmp_path}\n1700000000\n5432\n/tmp\n\n  123  456\nready\n")

    clear_leftover(tmp_path, lambda text: None)

    assert file.read_text().splitlines()[0] == str(NOBODY)
    assert file.read_text().splitlines()[6] == "  123  456"
    zombie.wait()


def test_a_living_process_that_is_no_server_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / "postmaster.pid").write_text(f"{stranger.pid}\n{tmp_path}\n")

    clear_leftover(tmp_path, lambda text: None)

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_command_without_a_database_says_so_in_a_sentence(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ZHIJIA", "DATABASE"))
    }
    environment |= {"ZHIJIA_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhijia.web.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "zhijia.web", "migrate", "--database", "owner"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert "Is Zhijia running?" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_ends_when_the_process_that_started_it_is_killed(tmp_path_factory):
    data = tmp_path_factory.mktemp("leash") / "data"
    program = (
        "import sys, time, pathlib; from zhijia.web.database.embedded import Server;"
        "server = Server(pathlib.Path(sys.argv[1]), lambda text: None, durable=False); server.start();"
        "print(server.process.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, text=True)
    postmaster = int(starter.stdout.readline())

    starter.send_signal(signal.SIGKILL)
    starter.wait()

    limit = time.monotonic() + 8
    while os.path.exists(f"/proc/{postmaster}") and time.monotonic() < limit:
        if f"{postmaster} (postgres) Z" in _stat(postmaster):
            break
        time.sleep(0.05)
    assert f"{postmaster} (postgres) Z" in _stat(postmaster) or not _stat(postmaster)


def _stat(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read()
    except OSError:
        return ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives way to another user")
def test_only_the_right_to_pass_through_is_given_and_it_is_said(tmp_path):
    closed = tmp_path / "closed"
    target = closed / "inner" / "data"
    target.mkdir(parents=True)
    closed.chmod(0o700)
    (closed / "inner").chmod(0o750)
    user, said = pwd.getpwnam("nobody"), []

    system_user.give_way(target, user, said.append)

    assert (closed.stat().st_mode & 0o777, (closed / "inner").stat().st_mode & 0o777) == (0o701, 0o751)
    assert len([words for words in said if "search only" in words]) >= 2


@pytest.mark.parametrize(
    ("gigabytes", "buffers"), [(1, "170MB"), (4, "682MB"), (24, "4096MB"), (512, "4096MB")]
)
def test_memory_follows_the_machine_and_leaves_room_for_the_rest(gigabytes, buffers):
    assert settings_for(gigabytes * 1024**3, cores=2)["shared_buffers"] == buffers
