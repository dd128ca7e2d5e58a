"""Each check of schema, privileges, server and jobs fails where what it looks for is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from scripts.migrations import Tree
from tests.doctor.conftest import Doctor, change

AGO = "clock_timestamp() - interval "

# The check, what was done to the database, and what the line then begins with.
ILLS = [
    ("functions", "create or replace function credits.is_live(p_status text) returns boolean "
     "language sql immutable as 'select true'",
     "fail functions: credits.is_live is not as sql/functions/billing/is_live.sql was frozen"),
    ("functions", "create function credits.backdoor() returns void language sql as ''; "
     "revoke all on function credits.backdoor() from public",
     "fail functions: credits.backdoor is none of ours"),
    ("functions", "drop function public.get_credit_rate",
     "fail functions: public.get_credit_rate of sql/functions/api/get_credit_rate.sql is not in"),
    ("history", "alter table credits.transactions disable trigger transactions_refuse_change",
     "fail history: these triggers are gone or switched off: transactions_refuse_change on "),
    ("history", "alter table credits.audit_log enable trigger audit_log_refuse_change",
     "fail history: "),
    ("sign-ups", "alter table auth.users disable trigger credits_on_auth_user_change",
     "warn sign-ups: the trigger on auth.users is gone or switched off"),
    ("sign-ups", "alter table auth.users disable trigger credits_on_auth_user_change; "
     "insert into auth.users (email) values ('x@example.org'); "
     "alter table auth.users enable trigger credits_on_auth_user_change",
     "warn sign-ups: 1 users have no account yet"),
    ("public", "grant execute on function credits.add_credits to public",
     "fail public: everybody may execute credits.add_credits"),
    ("public", "grant execute on function public.add_credits to public",
     "fail public: everybody may execute public.add_credits"),
    ("callers", "grant execute on function credits.write_ledger to authenticated",
     "fail callers: authenticated may call credits.write_ledger"),
    ("callers", "grant execute on function public.add_credits to anon",
     "fail callers: anon may call public.add_credits"),
    ("callers", "revoke execute on function public.use_credits from authenticated",
     "fail callers: authenticated may not call public.use_credits"),
    ("tables", "alter table credits.grants disable row level security",
     "fail tables: row level security is off on credits.grants"),
    ("tables", "grant update on credits.accounts to authenticated",
     "fail tables: may be written by authenticated on credits.accounts"),
    ("tables", "grant update (balance) on credits.accounts to anon",
     "fail tables: may be written by anon on credits.accounts"),
    ("definers", "alter function credits.add_credits reset search_path",
     "fail definers: no search_path is set on credits.add_credits"),
    ("definers", "alter view public.credit_accounts set (security_invoker = false)",
     "fail definers: everybody reads all rows of the view credit_accounts"),
    ("exposure", "alter role authenticator set pgrst.db_schemas = 'public, credits'",
     "fail exposure: the schema credits is exposed"),
    ("migrations", "insert into credits.migrations (id, parent_id) "
     "select '20990101000000', max(id) from credits.migrations",
     "fail migrations: the database has migrations that are not here: 20990101000000"),
    ("maintenance", "delete from credits.job_runs", "fail maintenance: it never ran"),
    ("maintenance", f"update credits.job_runs set started_at = {AGO} '26 hours'",
     "fail maintenance: it last ran 1 day ago: monthly credits are not renewed"),
    ("maintenance", f"update credits.job_runs set started_at = {AGO} '2 hours'",
     "warn maintenance: it last ran 2 hours ago"),
    ("integrity", "delete from credits.job_runs where job = 'integrity'",
     "warn integrity: the books were never checked"),
    ("integrity", f"update credits.job_runs set started_at = {AGO} '3 days' "
     "where job = 'integrity'", "warn integrity: no violations when"),
    ("notices", "delete from credits.channels; "
     "insert into credits.outbox (topic, key, payload) values ('contact', 'k', '{}')",
     "warn notices: nobody sends them, 1 wait: nobody is told of a low balance"),
    ("notices", "insert into credits.outbox (topic, key, payload, created_at) "
     f"values ('contact', 'k', '{{}}', {AGO} '2 hours')",
     "fail notices: 1 wait, the oldest for 2 hours"),
    ("notices", "insert into credits.channels values ('webhook', now()); "
     "insert into credits.outbox (topic, key, payload, created_at, email_planned_at) "
     f"values ('contact', 'k', '{{}}', {AGO} '3 hours', now())",
     "fail notices: 1 wait, the oldest for 3 hours"),
    ("notices", "with o as (insert into credits.outbox (topic, key, payload, email_planned_at) "
     "values ('contact', 'k', '{}', now()) returning id) "
     "insert into credits.deliveries (notice_id, channel, recipient, state) "
     "select id, 'email', 'x', 'dead' from o", "fail notices: 1 were given up"),
]  # fmt: skip


def name_of(ill: tuple[str, str, str]) -> str:
    return f"{ill[0]}: {ill[1][:40]}"


@pytest.mark.parametrize(("name", "cause", "beginning"), ILLS, ids=map(name_of, ILLS))
def test_what_is_wrong_is_told(
    patient: str, doctor: Doctor, name: str, cause: str, beginning: str
) -> None:
    with psycopg.connect(patient) as conn:  # roles belong to the server, and outlive the test
        conn.execute("do $$ begin create role authenticator; exception when others then end $$")
    change(patient, *([cause] if "$$" in cause else cause.split("; ")))
    report = doctor(patient)
    assert report.lines[name].startswith(beginning), report.lines[name]
    assert report.exit_code == (1 if "fail" in str(report.not_ok.values()) else 0)
    with psycopg.connect(patient, autocommit=True) as conn:
        conn.execute("alter role authenticator reset all")


def test_a_pending_migration_is_told(
    patient: str, doctor: Doctor, released: Tree, tmp_path: Path
) -> None:
    root = tmp_path / "newer"
    shutil.copytree(released.root / "sql", root / "sql")
    newer = Tree(root)
    last = newer.migrations()[-1].file_id
    path = newer.migrations_dir / "20990101000000_newer.sql"
    path.write_text(
        f"insert into credits.migrations (id, parent_id) values ('20990101000000', '{last}');\n"
    )
    newer.record_sums()
    report = doctor(patient, root=root)
    assert report.lines["migrations"] == (
        "fail migrations: not applied: 20990101000000_newer.sql; pgcredits migrate up"
    )
    assert report.lines["functions"].startswith("ok")


def test_an_edited_migration_and_an_unfrozen_source_are_told(
    patient: str, doctor: Doctor, released: Tree, tmp_path: Path
) -> None:
    root = tmp_path / "edited"
    shutil.copytree(released.root / "sql", root / "sql")
    source = root / "sql/functions/billing/is_live.sql"
    source.write_text(source.read_text().replace("'active', ", ""))
    assert doctor(patient, root=root).lines["files"] == (
        "warn files: no migration has the newest sql/functions/billing/is_live.sql; "
        "pgcredits snapshot NAME"
    )
    path = Tree(root).migrations()[1].path
    path.write_text(path.read_text() + "select 1;\n")
    line = doctor(patient, root=root).lines["files"]
    assert line.startswith(f"fail files: {path.name} was edited after it was frozen")


@pytest.mark.parametrize(
    ("setting", "name", "beginning"),
    [
        ("synchronous_commit = off", "durability", "fail durability: off: synchronous_commit: "),
        ("timezone = 'Europe/Berlin'", "timezone", "warn timezone: sessions are in Europe/Berlin"),
        ("default_transaction_read_only = on", "server", "fail server: it takes no writes"),
    ],
)
def test_a_setting_of_the_database_is_told(
    patient: str, doctor: Doctor, setting: str, name: str, beginning: str
) -> None:
    change(patient, f"alter database {conninfo_to_dict(patient)['dbname']} set {setting}")
    assert doctor(patient).lines[name].startswith(beginning)


def test_a_setting_of_another_login_is_told(patient: str, doctor: Doctor) -> None:
    change(patient, "alter role credits_edge set synchronous_commit = off")
    try:
        line = doctor(patient).lines["durability"]
    finally:
        change(patient, "alter role credits_edge reset synchronous_commit")
    assert line.startswith("fail durability: off: synchronous_commit=off of credits_edge: ")


def test_a_clock_that_is_apart_is_told(
    patient: str, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime, timedelta, tzinfo

    class Slow(datetime):
        """A clock that is ten minutes late."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Slow:
            late = datetime.now(tz) - timedelta(minutes=10)
            return cls.combine(late.date(), late.timetz())

    monkeypatch.setattr("scripts.doctoring.server.datetime", Slow)
    assert doctor(patient).lines["clock"].startswith("warn clock: the database is 600 s apart")


def test_a_hold_that_nobody_released_is_told(patient: str, doctor: Doctor) -> None:
    change(
        patient,
        "select hold_credits(account_id => (select id from credits.accounts), amount => 7, "
        "key => 'h')",
    )
    assert doctor(patient).lines["holds"].startswith("ok")
    change(patient, f"update credits.holds set expires_at = {AGO} '5 hours'")
    assert (
        doctor(patient)
        .lines["holds"]
        .startswith(
            "warn holds: 1 holds of 7 credits ended up to 5 hours ago and are not released; "
        )
    )


def test_a_catalog_that_is_missing_or_not_due_is_told(patient: str, doctor: Doctor) -> None:
    change(
        patient,
        "alter table credits.catalogs disable trigger catalogs_refuse_change",
        "update credits.catalogs set effective_at = now() + interval '1 day'",
    )
    assert doctor(patient).lines["catalog"].startswith("fail catalog: version 1 of docs-chat is")
    change(
        patient,
        "set session_replication_role = replica; delete from credits.catalogs",
    )
    assert doctor(patient).lines["catalog"] == (
        "fail catalog: no catalog was ever applied; pgcredits catalog apply FILE"
    )


def test_what_waits_for_an_administrator_is_told_and_whether_there_is_one(
    patient: str, doctor: Doctor
) -> None:
    change(
        patient,
        "select deduct.* from (select id from credits.accounts) as a, "
        "lateral check_and_deduct_credits(a.id, 5, 'c', 'query') as deduct",
        "insert into credits.disputes (account_id, transaction_id, reason, description, "
        "requested_refund) select account_id, id, 'other', 'x', 5 "
        "from credits.transactions where type = 'usage'",
    )
    assert doctor(patient).lines["requests"] == "ok requests: 1 disputes wait"
    change(patient, f"update credits.disputes set created_at = {AGO} '9 days'")
    assert (
        doctor(patient)
        .lines["requests"]
        .startswith("warn requests: 1 disputes wait, a dispute for 9 days; ")
    )
    change(patient, "update auth.users set raw_app_meta_data = null")
    assert (
        doctor(patient)
        .lines["requests"]
        .startswith("warn requests: 1 disputes wait, and nobody is an administrator")
    )
