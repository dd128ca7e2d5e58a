"""``scripts/run``: the played scenario, as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.support import sign_up

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "scripts.dev.run"]
SECONDS = 240
PORT = re.compile(r"127\.0\.0\.1:(\d+)")


def run(*options: str, database_url: str = "") -> subprocess.CompletedProcess[str]:
    env = os.environ | {"CREDITS_DATABASE_URL": database_url}
    return subprocess.run(
        [*COMMAND, *options], cwd=ROOT, env=env, capture_output=True, text=True, timeout=SECONDS
    )


@contextmanager
def staying_up(
    *options: str, command: Sequence[str] = COMMAND, **env: str
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start it, wait until it says that it stays up, and yield it with what it has printed.

    It is ended as a person does, so that its server ends with it. A job in the background ignores
    Ctrl-C, and so would what it starts.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=os.environ | {"CREDITS_DATABASE_URL": "", "CREDITS_SITE_URL": ""} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            lines = []
            for line in process.stdout or ():
                lines.append(line)
                if line.startswith("  Token"):
                    break
            yield process, lines
        finally:
            process.send_signal(signal.SIGINT)  # nothing happens to one that has ended
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def pages(tmp_path: Path) -> str:
    """A folder of built pages."""
    (tmp_path / "index.html").write_text("the pages")
    return str(tmp_path)


def sign_in(config: dict[str, Any], person: dict[str, str]) -> dict[str, Any]:
    """Sign in as the pages do, by what they are told, and return the session."""
    response = httpx.post(
        f"{config['supabaseUrl']}/auth/v1/token?grant_type=password",
        json={name: person[name] for name in ("email", "password")},
        headers={"apikey": config["anonKey"]},
    )
    assert response.status_code == 200, response.text
    session: dict[str, Any] = response.json()
    return session


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(pid: int) -> list[Path]:
    """Return where the kernel shows a process and all that it has started."""
    folder = Path(f"/proc/{pid}")
    children = " ".join(task.read_text() for task in folder.glob("task/*/children"))
    return [folder, *(path for child in children.split() for path in family(int(child)))]


def test_once_plays_every_step_and_ends_well_twice_in_a_row() -> None:
    for _ in range(2):
        done = run("--once")
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        assert done.stderr == ""
        steps = re.findall(r"^ ?(\d+)  \w", done.stdout, re.MULTILINE)
        assert steps == [str(number) for number in range(1, 32)]
        assert '"message": "insufficient_credits"' in done.stdout
        assert '"message": "member_cap_reached"' in done.stdout
        assert '"label": "10 % off", "amount_cents": -50' in done.stdout
        assert "All 31 steps gave the right answers" in done.stdout


def test_ctrl_c_stops_everything_that_was_started(pages: str) -> None:
    with staying_up("--pages", pages) as (process, lines):
        ports = {int(port) for port in PORT.findall("".join(lines))}
        assert len(ports) == 5
        assert all(answers(port) for port in ports)
        started = family(process.pid)
        assert len(started) >= 4
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 128 + signal.SIGINT
    # Not by their ports: another test may have them by now.
    assert not any(path.exists() for path in started)


def test_the_environment_that_it_prints_is_that_of_the_stack() -> None:
    with staying_up("--no-pages") as (_, lines):
        exports = "".join(line for line in lines if line.startswith("  export "))
        checked = subprocess.run(
            ["bash", "-euc", f"{exports}\npgcredits stripe check"],
            cwd=ROOT, env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
            capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
    assert (checked.returncode, checked.stdout) == (0, "no findings\n"), checked.stderr


def test_it_begins_its_farewell_with_the_pages_and_who_may_sign_in(pages: str) -> None:
    with staying_up("--pages", pages) as (_, lines):
        farewell = lines[lines.index("The stack stays up until you press Ctrl-C.\n") + 2 :]
        address = farewell[0].removeprefix("  Pages ").strip()
        assert httpx.get(f"{address}/billing").text == "the pages"
        config = httpx.get(f"{address}/config.json").json()
        assert f"CREDITS_SITE_URL='{address}'" in "".join(farewell)
        told = [line.split() for line in farewell[1 : farewell.index("\n")]]
        assert len(told) == len(config["demo"]) == 4
        for person, words in zip(config["demo"], told, strict=True):
            assert words[-2:] == [person["email"], person["password"]]
            session = sign_in(config, person)
            role = "admin" if person["role"] == "admin" else None
            assert session["user"]["app_metadata"].get("role") == role


def test_without_node_it_says_so_and_all_else_works(tmp_path: Path) -> None:
    """Its pages are not built yet, and on its path is everything but Node and npm."""
    (tmp_path / "bin").mkdir()
    for folder in map(Path, reversed(os.environ["PATH"].split(os.pathsep))):
        for program in folder.glob("*"):
            link = tmp_path / "bin" / program.name
            link.unlink(missing_ok=True)
            link.symlink_to(program)
    for name in ("node", "npm"):
        (tmp_path / "bin" / name).unlink(missing_ok=True)
    (tmp_path / "web").mkdir()
    code = f"import scripts.dev.run as it; it.WEB = it.Path({str(tmp_path / 'web')!r}); it.main()"
    with staying_up(command=[sys.executable, "-c", code], PATH=str(tmp_path / "bin")) as (_, lines):
        text = "".join(lines)
    assert "All 31 steps gave the right answers" in text
    assert "  Pages        not served: building the pages needs Node 20.19 or newer" in text
    assert "    Administrator         ann@example.com" in text
    assert "CREDITS_SITE_URL='http://localhost:3000'" in text


def test_a_wrong_number_ends_it_with_the_step_and_status_1(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        conn.execute(
            "create or replace function public.calculate_query_cost("
            "tools text[] default '{}', service text default 'query', usage jsonb default '{}',"
            " quantity numeric default 1) returns numeric language sql as 'select 19::numeric'"
        )
    done = run("--once", database_url=fresh_db)
    assert done.returncode == 1
    assert done.stderr == "Error: step 5 (The user spends): cost is 20, it should be 19\n"


def test_a_database_with_users_of_its_own_is_left_alone(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        sign_up(conn, "someone@shop.test")
    done = run("--once", database_url=fresh_db)
    assert done.returncode == 1
    assert "has users that are not of a demonstration" in done.stderr
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute("select count(*) from credits.catalogs").fetchone() == (0,)


def test_every_catalog_that_sells_something_can_be_played(fresh_db: str) -> None:
    for catalog, steps in (("automation", 0), ("voice-agent", 26), ("smart-insights", 28)):
        done = run("--once", "--catalog", catalog, database_url=fresh_db)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        closing = f"All {steps} steps" if steps else "there is no scenario to play"
        assert closing in done.stdout, catalog
