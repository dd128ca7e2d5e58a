"""``pgcredits doctor --account``: why one cannot spend, why what was bought is not there."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.doctor.conftest import Doctor, change
from tests.doctor.test_money import event, order


@pytest.fixture
def account(patient: str) -> str:
    """The id of the account of the patient's one user."""
    with psycopg.connect(patient) as conn:
        found = conn.execute("select id from credits.accounts").fetchone()
    assert found is not None
    return str(found[0])


def test_an_account_in_good_health_has_a_line_for_each_question(
    patient: str, account: str, doctor: Doctor
) -> None:
    report = doctor(patient, "--account", account)
    assert report.not_ok == {}
    assert report.exit_code == 0
    assert list(report.lines) == ["account", "credits", "limits", "orders", "events", "alerts"]
    assert report.lines["account"] == "ok account: active, on the plan free"
    assert report.lines["credits"] == "ok credits: 100 to spend"


def test_a_login_that_may_not_read_all_of_it_is_told_so(
    patient: str, account: str, doctor: Doctor
) -> None:
    change(
        patient,
        "do $$ begin create role reader login; exception when duplicate_object then null; end $$",
        "grant usage on schema credits to reader",
        "grant select on all tables in schema credits to reader",
    )
    report = doctor(make_conninfo(patient, user="reader"), "--account", account)
    assert report.exit_code == 2
    assert "connect as the owner" in report.lines["database"]


def test_an_account_that_is_none_is_told(patient: str, doctor: Doctor) -> None:
    report = doctor(patient, "--account", str(UUID(int=0)))
    assert report.exit_code == 1
    assert report.lines["account"].startswith("fail account: there is none of the id 00000000-")


ILLS = [
    ("account", "update credits.accounts set status = 'paused', status_reason = 'fraud?'",
     "fail account: it is paused (fraud?); admin_resume_account"),
    ("credits", "select hold_credits(account_id => (select id from credits.accounts), "
     "amount => 30, key => 'h')",
     "warn credits: 70 to spend; 30 are held by calls that have not ended; "),
    ("credits", "update credits.accounts set debt = 12, balance = 0, head_remaining = 0",
     "warn credits: 0 to spend; what is bought first repays a debt of 12; "),
    ("credits", "select add_credits((select id from credits.accounts), 40, 'bonus', 'k', "
     "now() + interval '0.2 s'); select pg_sleep(0.3); "
     "select expire_credits()",
     "warn credits: 100 to spend; 40 expired, were given away or went back within 35 days; "),
    ("limits", "update credits.accounts set monthly_spend_cap = 50, month_spent = 50",
     "warn limits: 50 of 50 credits in a month"),
    ("orders", order("2 hours"), "warn orders: begun and not told to be paid: "),
    ("events", event("failed", "1 hour").replace("'{}'", "(select '{\"a\": \"' || id || '\"}' "
     "from credits.accounts)"), "fail events: evt_1 is failed: unknown order; "),
    ("alerts", "update auth.users set email_confirmed_at = null; "
     "select check_and_deduct_credits(id, 95, 'k') from credits.accounts",
     "warn alerts: low below 20; nobody has a confirmed address to be told at"),
    ("alerts", "select check_and_deduct_credits(id, 95, 'k') from credits.accounts; "
     "insert into credits.deliveries (notice_id, channel, recipient, state, error) "
     "select id, 'email', 'x', 'dead', '550 no such user' from credits.outbox",
     "warn alerts: low below 20; the last notice is dead by email (550 no such user); "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cause", "beginning"), ILLS)
def test_why_it_cannot_spend_or_is_not_told(
    patient: str, account: str, doctor: Doctor, name: str, cause: str, beginning: str
) -> None:
    change(patient, *cause.split("; "))
    report = doctor(patient, "--account", account)
    assert report.lines[name].startswith(beginning), report.lines
    assert report.exit_code == ("fail" in beginning)


def test_an_event_about_somebody_else_is_not_told(
    patient: str, account: str, doctor: Doctor
) -> None:
    change(patient, event("failed", "1 hour", f'{{"account": "{UUID(int=7)}"}}'))
    assert doctor(patient, "--account", account).lines["events"].startswith("ok")
