"""``scripts/test``: how it sums up, when it fails, and what it says on a poor machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from scripts.dev import checks, postgres
from scripts.dev.checks import FOREIGN, Result, report, run_linter, run_pytest
from scripts.dev.directories import private_directory

ROOT = Path(__file__).resolve().parents[2]


def result(name: str, outcome: str, **counts: int) -> Result:
    closing = f"==== {counts} ====" if counts else ""
    return Result(name, outcome, "remark", closing, Counter(counts))


def test_the_output_ends_with_the_closing_lines_and_their_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = result("pytest 15", "ok", passed=3, skipped=1), result("pytest 18", "ok", passed=2)
    assert report([result("ruff", "ok"), old, new]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        old.closing_line,
        new.closing_line,
        "5 passed, 0 failed, 1 skipped",
    ]


def test_a_failed_linter_fails_the_run() -> None:
    assert report([result("ruff", "FAILED"), result("pytest 15", "ok", passed=1)]) == 1


def test_errors_count_as_failures(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([result("pytest 15", "FAILED", passed=1, failed=1, error=2)]) == 1
    assert capsys.readouterr().out.endswith("1 passed, 3 failed\n")


def test_what_did_not_run_is_loud_and_fails_only_in_ci(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [result("pytest 15", "NOT RUN"), result("pytest 18", "ok", passed=1)]
    monkeypatch.delenv("CI", raising=False)
    assert report(results) == 0
    assert "!!! NOT RUN: pytest 15 !!!" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert report(results) == 1


def test_a_missing_version_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_installations", list)
    outcomes = {r.name: r.outcome for r in checks.run_all(["pytest"], [])}
    assert outcomes == {"pytest 15": "NOT RUN", "pytest 18": "NOT RUN"}


def test_nothing_of_the_person_who_tests_reaches_the_tests() -> None:
    for name in ("CREDITS_DATABASE_URL", "PGHOST", "PGOPTIONS", "STRIPE_SECRET_KEY"):
        assert FOREIGN.match(name)
    for name in ("PATH", "HOME", "PGCREDITS_TEST_DSN", "CI"):
        assert not FOREIGN.match(name)


def test_a_linter_that_fails_shows_what_it_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import os\n")
    assert run_linter("ruff", ("ruff", "check", str(bad)), dict(os.environ)).outcome == "FAILED"
    assert "F401" in capsys.readouterr().out


def test_counts_and_skips_are_read_from_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import os, pytest\n"
        "def test_good(): assert os.environ['PGCREDITS_TEST_DSN'].startswith('postgresql://')\n"
        "def test_bad(): assert False\n"
        "@pytest.mark.skip(reason='the moon is full')\ndef test_skipped(): pass\n"
    )
    arguments = ["-c", str(ROOT / "pyproject.toml"), str(tmp_path), "-p", "no:cacheprovider"]
    got = run_pytest(postgres.find_installation(), arguments, dict(os.environ))
    assert got.outcome == "FAILED"
    assert got.counts == {"passed": 1, "failed": 1, "skipped": 1}
    assert [skip for skip in got.skips if "the moon is full" in skip]


def test_pytest_that_finds_nothing_is_a_failure(tmp_path: Path) -> None:
    got = run_pytest(postgres.find_installation(), [str(tmp_path)], dict(os.environ))
    assert got.outcome == "FAILED"
    assert got.counts["failed"] == 1


@pytest.mark.parametrize("script", ["run", "test"])
def test_a_repository_that_may_not_be_written_is_a_clear_message(script: str) -> None:
    with private_directory(postgres.TEMPORARY, "clone") as clone:
        shutil.copytree(ROOT / "scripts", clone / "scripts")
        shutil.copy(ROOT / "pyproject.toml", clone)
        clone.chmod(0o555)
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        done = subprocess.run(
            [*(become if os.geteuid() == 0 else []), str(clone / "scripts" / script)],
            cwd="/",
            env={},
            capture_output=True,
            text=True,
            timeout=60,
        )
        clone.chmod(0o755)
    assert done.returncode == 1
    assert f"may not write to {clone}" in done.stderr
    assert "clone the repository into a folder of your own" in done.stderr
