"""PostgreSQL refuses to run as root: the unprivileged user it runs as then, and the way to its files."""

import os
import pwd
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

NAME = "zhijia-db"
Say = Callable[[str], None]


class CannotRun(Exception):
    """The embedded server cannot run here; the message says why and what to do."""


def server_user(say: Say) -> pwd.struct_passwd | None:
    """The user the server runs as: None for this very user, `zhijia-db` (made when missing) for root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", NAME], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made ({error}). "
            "Start Zhijia as an ordinary user, or set DATABASE_URL to a server you already have."
        ) from error
    say(f"Made the system user {NAME}: PostgreSQL does not run as root.")
    return pwd.getpwnam(NAME)


def give_way(path: Path, user: pwd.struct_passwd | None, say: Say) -> None:
    """Let `user` pass through every folder above `path`: search right where it is missing, nothing more."""
    if user is None:
        return
    for folder in reversed(path.resolve().parents):
        state = folder.stat()
        if _may(state, user, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH):
            continue
        folder.chmod(stat.S_IMODE(state.st_mode) | stat.S_IXOTH)
        say(f"Gave others the right to pass through {folder} (search only), so that {NAME} reaches {path}.")


def give_reading(folder: Path, user: pwd.struct_passwd | None, say: Say) -> None:
    """Let `user` read and run what lies in `folder`: the server's own programs, which hold nothing secret."""
    if user is None:
        return
    changed = 0
    for path in [folder, *folder.rglob("*")]:
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            continue
        wanted = stat.S_IROTH | (stat.S_IXOTH if state.st_mode & stat.S_IXUSR else 0)
        if not _may(state, user, stat.S_IRUSR, stat.S_IRGRP, wanted):
            path.chmod(stat.S_IMODE(state.st_mode) | wanted)
            changed += 1
    if changed:
        say(f"Gave others the right to read PostgreSQL's programs in {folder} ({changed} files).")


def _may(state: os.stat_result, user: pwd.struct_passwd, own: int, group: int, other: int) -> bool:
    """Whether the mode bits let `user` in: its own, its group's, or everybody's."""
    if state.st_uid == user.pw_uid:
        return bool(state.st_mode & own)
    if state.st_gid == user.pw_gid:
        return bool(state.st_mode & group)
    return state.st_mode & other == other
