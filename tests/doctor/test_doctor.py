"""``pgcredits doctor`` as a whole: its lines, its exit status, and what it leaves alone."""

from __future__ import annotations

import re

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from scripts.doctor import CHECKS
from tests.doctor.conftest import Doctor, change
from tests.faults.servers import dump

LINE = re.compile(r"(ok|warn|fail) [a-z-]+: [^;]+(; .+)?")


def test_an_installation_in_good_health_has_a_line_of_each_check_and_each_is_ok(
    healthy: str, doctor: Doctor
) -> None:
    report = doctor(healthy, "--deep")
    assert report.not_ok == {}
    assert report.exit_code == 0
    of_files = {"files", "names", "settings", "public-names", "pages", "git"}
    assert report.lines.keys() == {*CHECKS, *of_files}
    assert all(LINE.fullmatch(line) for line in report.lines.values()), report.lines


def test_a_line_about_what_is_not_well_says_what_to_do(patient: str, doctor: Doctor) -> None:
    change(patient, "delete from credits.job_runs", "delete from credits.channels")
    report = doctor(patient)
    assert report.not_ok.keys() == {"maintenance", "notices", "integrity"}
    assert all("; " in line for line in report.not_ok.values())


def test_a_warning_alone_is_no_failure(patient: str, doctor: Doctor) -> None:
    change(patient, "delete from credits.channels")
    report = doctor(patient)
    assert [line.split()[0] for line in report.not_ok.values()] == ["warn"]
    assert report.exit_code == 0


def test_the_doctor_changes_nothing(patient: str, doctor: Doctor) -> None:
    before = dump(patient)
    doctor(patient, "--deep")
    assert dump(patient) == before


def test_a_database_that_does_not_answer_is_told_without_its_password(doctor: Doctor) -> None:
    report = doctor("postgresql://u:hunter2@127.0.0.1:1/x")
    assert report.exit_code == 2
    assert report.lines["database"].startswith("fail database: no connection to the database")
    assert "hunter2" not in str(report.lines)
    assert report.lines["files"].startswith("ok")


def test_without_an_address_files_are_examined_all_the_same(doctor: Doctor) -> None:
    report = doctor("")
    assert report.exit_code == 2
    assert "CREDITS_DATABASE_URL is not set" in report.lines["database"]
    assert "git" in report.lines


def test_a_login_that_may_not_read_is_told_so(patient: str, doctor: Doctor) -> None:
    """And never that all is well, because the rows were hidden from it."""
    change(
        patient,
        "do $$ begin create role reader login; exception when duplicate_object then null; end $$",
        "grant usage on schema credits to reader",
        "grant select on all tables in schema credits to reader",
    )
    report = doctor(make_conninfo(patient, user="reader"))
    assert report.exit_code == 2
    assert "connect as the owner" in report.lines["database"]


def test_a_database_without_pgcredits_ends_the_examination(server: str, doctor: Doctor) -> None:
    report = doctor(server)
    assert report.exit_code == 1
    assert report.lines["migrations"].endswith("pgcredits migrate up")
    assert "integrity" not in report.lines


def test_a_check_that_cannot_run_does_not_end_the_others(patient: str, doctor: Doctor) -> None:
    change(patient, "drop table credits.deliveries cascade")
    report = doctor(patient)
    assert report.exit_code == 1
    assert report.lines["notices"].startswith("fail notices: it cannot be checked")
    assert report.lines["callers"].startswith("ok")


@pytest.fixture
def wrong_books(patient: str) -> str:
    """The address of a database in which a balance was changed past the rules."""
    change(patient, "update credits.accounts set balance = balance + 1")
    return patient


def test_wrong_books_are_found_by_a_deep_examination(wrong_books: str, doctor: Doctor) -> None:
    assert doctor(wrong_books).lines["integrity"].startswith("ok")
    report = doctor(wrong_books, "--deep")
    assert report.exit_code == 1
    with psycopg.connect(wrong_books) as conn:
        violations = conn.execute("select * from check_credit_integrity()").fetchall()
    assert violations
    assert f"fail integrity: {len(violations)} violations: " in report.lines["integrity"]
    assert str(violations[0][0]) in report.lines["integrity"]


def test_wrong_books_are_told_once_the_daily_job_has_found_them(
    wrong_books: str, doctor: Doctor
) -> None:
    change(wrong_books, "select credits.run_integrity()")
    report = doctor(wrong_books)
    assert report.lines["integrity"].startswith("fail integrity: ")
    assert "docs/operations.md" in report.lines["integrity"]
