"""The edge as it is deployed: a real gunicorn under ``gunicorn.conf.py``, with what it needs."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.migrations import ROOT
from tests.edge.shop import JWT_SECRET, SITE, WEBHOOK_SECRET

SECONDS = 60


@dataclass
class Deployment:
    """A running gunicorn.

    Attributes:
        process: its master.
        http: a client of it.
        log: the file of all that it prints.
    """

    process: subprocess.Popen[bytes]
    http: httpx.Client
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a health check of the same container has."""
        return {"PATH": os.environ["PATH"], "PORT": str(self.http.base_url.port)}

    def terminate(self) -> None:
        """Tell it to end, as a platform does before a new release."""
        self.process.send_signal(signal.SIGTERM)

    def workers(self) -> set[int]:
        """Return the ids of its workers."""
        pid = self.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def procfile() -> dict[str, list[str]]:
    """Return the command of each process type."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: shlex.split(command) for name, command in (line.split(": ") for line in lines)}


@contextmanager
def deployed(dsn: str, log: Path, **environment: str) -> Iterator[Deployment]:
    """Run the command of the process type ``web`` on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    names = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
        "BIND": f"127.0.0.1:{port}",
        "CREDITS_DATABASE_URL": dsn,
        "CREDITS_SITE_URL": SITE,
        "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "SUPABASE_JWT_SECRET": JWT_SECRET,
        "TMPDIR": str(log.parent),
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            procfile()["web"],
            cwd=ROOT,
            env=names | environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS) as http:
            deployment = Deployment(process, http, log)
            _await(deployment)
            yield deployment
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _await(deployment: Deployment) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and deployment.process.poll() is None:
        try:
            if deployment.http.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(deployment.log.read_text())
