"""What ``scripts/test`` runs: linters, the migrations' checks, the pages, pytest by PostgreSQL.

``scripts/test [--only CHECK]… [arguments of pytest]``. A check that cannot run here is named
NOT RUN; that fails the run where the variable CI is set, and leaves it at 0 on a person's machine.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.dev.postgres import Cluster, Installation, find_installations
from scripts.dev.web import require_node
from scripts.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
VERSIONS = (15, 18)
CHECK_SECONDS = 3600
CLUSTER_SETTINGS = {
    "max_connections": "300",
    # Unit tests ask for speed; tests of faults start servers of their own that do sync.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
LINTERS: dict[str, Sequence[str]] = {
    "ruff": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "sqlfluff": ("sqlfluff", "lint", "sql"),
    "snapshot": ("pgcredits", "snapshot", "--check"),
    "verify": ("pgcredits", "verify", "--files-only"),
    "squawk": ("squawk", "--reporter", "gcc", "sql/migrations/*.sql"),
}
PAGES = ("python", "-m", "scripts.dev.web")
# Nothing of the person who runs the tests may reach them, least of all a real database.
FOREIGN = re.compile(r"(PG(?!CREDITS_)|CREDITS_|STRIPE_|SUPABASE_|SMTP_|NEXT_PUBLIC_)")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


@dataclass
class Result:
    """What became of a check: ``ok``, ``FAILED`` or ``NOT RUN``, and what there is to say."""

    name: str
    outcome: str
    remark: str = ""
    closing_line: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    skips: list[str] = field(default_factory=list)


def expand(word: str) -> list[str]:
    """Return the files of the repository that a pattern names; a word without * is itself."""
    return sorted(map(str, ROOT.glob(word))) if "*" in word else [word]


def run_linter(name: str, command: Sequence[str], env: dict[str, str]) -> Result:
    """Run one program, and show what it prints only if it fails."""
    print(f"{name:<12}", end="", flush=True)
    started = time.monotonic()
    words = [word for pattern in command[1:] for word in expand(pattern)]
    done = subprocess.run(
        [BIN / command[0], *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=CHECK_SECONDS,
    )
    outcome = "ok" if done.returncode == 0 else "FAILED"
    remark = f"{time.monotonic() - started:.1f} s"
    print(f"{outcome:<8} {remark}")
    if outcome == "FAILED":
        print(done.stdout)
    return Result(name, outcome, remark)


def run_pages(name: str, command: Sequence[str], env: dict[str, str]) -> Result:
    """Build the pages, and what else is wanted of them, where Node can."""
    try:
        require_node()
    except CommandError as error:
        return Result(name, "NOT RUN", error.message)
    return run_linter(name, command, env)


def run_pytest(installation: Installation, arguments: Sequence[str], env: dict[str, str]) -> Result:
    """Run pytest against a new cluster of one PostgreSQL, and read its closing line."""
    name = f"pytest {installation.version}"
    print(f"\n{name}: {installation}", flush=True)
    workers = (os.cpu_count() or 1) + 1
    # Groups: the tests that share a browser go to one worker.
    command = [sys.executable, "-m", "pytest", "-n", str(workers), "--dist=loadgroup", *arguments]
    lines = []
    with Cluster(installation, settings=CLUSTER_SETTINGS) as cluster:
        env = {**env, "PGCREDITS_TEST_DSN": cluster.dsn()}
        with subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                lines.append(line.rstrip())
    closing = next((line for line in reversed(lines) if line), "")
    counts = Counter({what.rstrip("s"): int(n) for n, what in COUNT.findall(closing)})
    skips = [line for line in lines if line.startswith("SKIPPED [")]
    ok = process.returncode == 0
    if not ok and not counts["failed"] + counts["error"]:
        counts["failed"] += 1  # pytest itself broke, or found no test
    return Result(name, "ok" if ok else "FAILED", closing.strip("= "), closing, counts, skips)


def run_all(only: Sequence[str], arguments: Sequence[str]) -> list[Result]:
    """Run the chosen checks in order; all of them where none is chosen."""
    env = {key: value for key, value in os.environ.items() if not FOREIGN.match(key)}
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', os.defpath)}"
    results = [
        run_linter(name, command, env)
        for name, command in LINTERS.items()
        if not only or name in only
    ]
    if not only or "web" in only:
        results.append(run_pages("web", (*PAGES, "--check"), env))
    if only and "pytest" not in only:
        return results
    found: dict[int, Installation] = {}
    for installation in find_installations():
        found.setdefault(installation.version, installation)
    if found:  # what the tests need from the network comes before them
        results.append(run_linter("node", ("python", "-m", "scripts.dev.node"), env))
        results.append(run_pages("pages", PAGES, env))
    # Without a 15, the oldest there is stands in for it; the 15 is still named as missing.
    for version in sorted({min(found, default=15), *VERSIONS}):
        if version in found:
            # The pages in Chromium once: they are the same whatever stands behind the gateway.
            pages = () if version == min(found) else ("-m", "not browser")
            results.append(run_pytest(found[version], (*pages, *arguments), env))
        else:
            remark = f"there is no PostgreSQL {version} on this machine"
            results.append(Result(f"pytest {version}", "NOT RUN", remark))
    return results


def report(results: Sequence[Result]) -> int:
    """Print the summary, pytest's closing lines and the sum of both; return the exit status."""
    print("\nSummary")
    for result in results:
        print(f"  {result.name:<12}{result.outcome:<10}{result.remark}")
        for skip in result.skips:
            print(f"    {skip}")
    missing = [result.name for result in results if result.outcome == "NOT RUN"]
    if missing:
        print(f"\n!!! NOT RUN: {', '.join(missing)} !!!\n")
    total: Counter[str] = Counter()
    for result in results:
        total += result.counts
        if result.closing_line:
            print(result.closing_line)
    failed = total["failed"] + total["error"]
    broken = [result.name for result in results if result.outcome == "FAILED"]
    if any(result.closing_line for result in results):
        skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
        print(f"{total['passed']} passed, {failed} failed{skipped}")
    return int(bool(broken) or (bool(missing) and os.environ.get("CI", "") not in ("", "false")))


def main() -> int:
    """Read the arguments, run the checks and report."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="scripts/test", allow_abbrev=False)
    names = (*LINTERS, "web", "pytest")
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        default=[],
        metavar="CHECK",
        help=f"run only this check; several times: only these ({', '.join(names)})",
    )
    options, arguments = parser.parse_known_args()
    return report(run_all(options.only, arguments))


if __name__ == "__main__":
    sys.exit(main())
