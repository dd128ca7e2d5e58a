"""Checks of files and of the environment: keys where everybody reads them, names that count."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest

from tests.doctor.conftest import EDGE, Doctor

LIVE_KEY = "sk_" + "live_51Habcdefghijklmnop"


def service_key() -> str:
    """Return a token such as Supabase's older service key is."""
    parts = (b'{"alg":"HS256"}', b'{"iss":"supabase","role":"service_role"}', b"signature-of-it")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder that the doctor looks through."""
    return tmp_path / "project"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "secret",
    [
        LIVE_KEY,
        "rk_" + "live_51Habcdefghijklmnop",
        "sk_" + "test_51Habcdefghijklmnop",
        "whsec_" + "ABCDEFabcdef0123456789",
        "sb_secret_" + "0123456789abcdef",
        service_key(),
    ],
)
def test_a_secret_in_a_page_is_told_by_its_place_and_six_characters(
    doctor: Doctor, project: Path, secret: str
) -> None:
    put(project / "web/src/api.ts", f"// api\nconst key = '{secret}';\n")
    report = doctor("")
    line = report.lines["pages"]
    assert line.startswith(f"fail pages: a secret is in {project}/web/src/api.ts:2 ({secret[:6]}…)")
    assert secret[:8] not in str(report.lines)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("web/a.ts", "pk_live_51Habcdefghijklmnop sb_publishable_0123456789abcdef"),
        ("web/a.md", "STRIPE_SECRET_KEY=sk_live_… sk_test_your_stripe_secret_key whsec_..."),
        ("web/node_modules/x/a.js", LIVE_KEY),
        ("edge/.env", LIVE_KEY),
    ],
)
def test_what_is_no_secret_or_no_page_is_left_alone(
    doctor: Doctor, project: Path, name: str, text: str
) -> None:
    put(project / name, text)
    assert doctor("").lines["pages"].startswith("ok")


def test_pages_elsewhere_are_looked_through_when_they_are_named(
    doctor: Doctor, project: Path
) -> None:
    put(project / "site/out/app.js", LIVE_KEY)
    assert doctor("").lines["pages"].startswith("ok pages: there are none here")
    line = doctor("", "--web", str(project / "site")).lines["pages"]
    assert line.startswith("fail pages: ")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_settings_in_git_are_told(
    doctor: Doctor, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    assert doctor("").lines["git"] == "ok git: this is no repository"
    git(project, "init")
    for name in (".env", ".env.example", "backend/.env.local"):
        put(project / name, "A=1\n")
    git(project, "add", ".env.example")
    assert doctor("").lines["git"] == "ok git: no file of settings is in it"
    git(project, "add", "-f", ".env", "backend/.env.local")
    assert doctor("").lines["git"].startswith("fail git: git has .env, backend/.env.local; git rm")


def test_a_git_that_does_not_answer_is_no_all_clear(
    doctor: Doctor, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "init")
    put(project / ".git/index", "this is no index")
    assert doctor("").lines["git"].startswith("warn git: ")
    monkeypatch.setenv("PATH", os.devnull)
    assert doctor("").lines["git"] == "ok git: there is no git here to ask"


def test_a_secret_under_a_name_for_pages_is_told(doctor: Doctor) -> None:
    found = doctor("", NEXT_PUBLIC_STRIPE_KEY=LIVE_KEY, VITE_URL="https://x.example")
    assert found.lines["public-names"].startswith(
        "fail public-names: a secret is in NEXT_PUBLIC_STRIPE_KEY, which everybody can read"
    )
    assert found.exit_code == 2  # there is no database
    assert LIVE_KEY not in str(found.lines)


def test_the_names_that_count_are_told(doctor: Doctor) -> None:
    assert doctor("").lines["names"] == "ok names: no setting goes by another name"
    other = {"NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY": "pk_test_1"}
    assert doctor("", **other, REDIS_URL="redis://x", SUPABASE_KEY="x").lines["names"] == (
        "ok names: STRIPE_PUBLISHABLE_KEY is taken from NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY, "
        "REDIS_URL is accepted and not used: limits are kept in Postgres, "
        "SUPABASE_KEY is accepted and not used: the edge has a database role of its own"
    )
    both = other | {"STRIPE_PUBLISHABLE_KEY": "pk_test_2"}
    assert doctor("", **both).lines["names"].startswith("warn names: STRIPE_PUBLISHABLE_KEY and ")


@pytest.mark.parametrize(
    ("names", "beginning"),
    [
        ({}, "ok settings: the edge can serve, with sk_tes…"),
        ({"STRIPE_SECRET_KEY": ""}, "warn settings: this is not the edge's environment: Not set"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "fail settings: Not set in the environment: STRIPE_WEB"),
        ({"STRIPE_MODE": "live"}, "fail settings: STRIPE_SECRET_KEY is not a secret key of"),
        ({"STRIPE_MODE": "live", "STRIPE_SECRET_KEY": LIVE_KEY},
         "warn settings: everybody may read /metrics; set METRICS_TOKEN"),
    ],
)  # fmt: skip
def test_whether_the_edge_can_serve_is_told(
    doctor: Doctor, names: dict[str, str], beginning: str
) -> None:
    url = "postgresql://u:hunter2@127.0.0.1:1/x"
    report = doctor(url, **names)
    assert report.lines["settings"].startswith(beginning)
    secrets = [*EDGE.values(), LIVE_KEY, "hunter2"]
    assert [it for it in secrets if it in str(report.lines)] == []
