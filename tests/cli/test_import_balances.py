"""``pgcredits import balances``: what users have elsewhere becomes opening grants, exactly once."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from uuid import uuid4

import pytest

from scripts.migrations import ROOT
from tests.cli.balances import bring, openings, people, profiles, query


def test_each_balance_becomes_an_opening_grant_and_nothing_is_left_over(fresh_db: str) -> None:
    ada, ben, cleo = people(fresh_db, 3)
    profiles(fresh_db, {ada: "100", ben: "0.123456789", cleo: "0"})
    result = bring(fresh_db, "--from", "profiles")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "3 rows of 100.123456789 credits",
        "2 imported: 100.123456789",
        "0 imported before: 0",
        "1 zero: 0",
        "difference 0",
    ]
    assert openings(fresh_db) == {ada: Decimal(100), ben: Decimal("0.123456789")}
    grants = query(
        fresh_db,
        "select account_id, source, amount, expires_at, is_paid from credits.grants "
        "where source = 'opening' and account_id = %s",
        ada,
    )
    assert grants == [(ada, "opening", 100, None, False)]
    ((key,),) = query(fresh_db, "select key from credits.transactions where account_id = %s", ada)
    assert key == f"import:public.profiles:{ada}"


def test_run_again_it_adds_nothing_and_after_a_break_it_goes_on(
    fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = people(fresh_db, 5)
    profiles(fresh_db, dict.fromkeys(users, "7"))
    monkeypatch.setattr("scripts.balance_import.BATCH", 2)
    last = max(users)
    stop = f"check (account_id <> '{last}')"
    query(fresh_db, f"alter table credits.grants add constraint no_more {stop}")
    result = bring(fresh_db, "--from", "profiles")
    assert result.exit_code == 1
    assert "Next: nothing of this step was kept" in result.output
    assert len(openings(fresh_db)) == 4
    query(fresh_db, "alter table credits.grants drop constraint no_more")
    assert "1 imported: 7\n4 imported before: 28\n" in bring(fresh_db, "--from", "profiles").stdout
    assert "0 imported: 0\n5 imported before: 35\n" in bring(fresh_db, "--from", "profiles").stdout
    assert openings(fresh_db) == dict.fromkeys(users, Decimal(7))


def test_two_at_once_add_each_balance_once(fresh_db: str) -> None:
    users = people(fresh_db, 300)
    profiles(fresh_db, dict.fromkeys(users, "7"))
    command = "from scripts.cli import main; main(['import', 'balances', '--from', 'profiles'])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", command],
            cwd=ROOT,
            env={"CREDITS_DATABASE_URL": fresh_db},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in running:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        assert said.startswith("300 rows of 2100 credits\n")
        assert said.endswith("difference 0\n")
    assert openings(fresh_db) == dict.fromkeys(users, Decimal(7))


def test_a_dry_run_says_the_same_and_writes_nothing(fresh_db: str) -> None:
    ada, ben = people(fresh_db, 2)
    query(fresh_db, "delete from auth.users where id = %s", ben)
    profiles(fresh_db, {ada: "12.5", ben: "3"})
    before = query(fresh_db, "select a::text from credits.accounts as a order by id")
    dry = bring(fresh_db, "--from", "public.profiles", "--dry-run")
    assert query(fresh_db, "select a::text from credits.accounts as a order by id") == before
    assert query(fresh_db, "select * from credits.transactions") == []
    wet = bring(fresh_db, "--from", "public.profiles")
    assert dry.stdout == wet.stdout + "this was a dry run: nothing was written\n"
    assert "1 imported: 12.5" in wet.stdout


BAD = [
    ("-3", "negative"),
    ("NaN", "no number"),
    ("Infinity", "no number"),
    ("1.0000000001", "more than 9 decimal places"),
    ("1000000000001", "more than an account holds"),
    (None, "no balance"),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_what_cannot_be_taken_exactly_is_named_and_left_out(
    fresh_db: str, text: str | None, reason: str
) -> None:
    ada, ben = people(fresh_db, 2)
    profiles(fresh_db, {ada: "10", ben: "1"})
    query(fresh_db, "update profiles set credits = %s::numeric where id = %s", text, ben)
    result = bring(fresh_db, "--from", "profiles")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"skipped {ben}: {reason}: {text}"
    assert lines[5].startswith(f"1 skipped, {reason}: ")
    assert lines[-1] == "difference 0"
    assert openings(fresh_db) == {ada: Decimal(10)}


def test_a_float_is_taken_as_it_is_written_and_never_rounded(fresh_db: str) -> None:
    ada, ben = people(fresh_db, 2)
    profiles(fresh_db, {ada: "0.1", ben: "0.30000000000000004"}, "double precision")
    result = bring(fresh_db, "--from", "profiles")
    assert f"skipped {ben}: more than 9 decimal places: 0.30000000000000004" in result.stdout
    assert openings(fresh_db) == {ada: Decimal("0.1")}


def test_users_that_are_not_here_and_users_that_are_there_twice_are_named(fresh_db: str) -> None:
    ada, ben = people(fresh_db, 2)
    stranger = uuid4()
    profiles(fresh_db, {ada: "10", ben: "1", stranger: "4"})
    query(fresh_db, "insert into profiles values (%s, 'x', 1), (null, 'x', 5)", ben)
    result = bring(fresh_db, "--from", "profiles")
    assert result.exit_code == 1
    assert f"skipped {stranger}: not in auth.users: 4\n" in result.stdout
    assert result.stdout.count(f"skipped {ben}: the user is there several times: 1\n") == 2
    assert "skipped (nobody): no user: 5\n" in result.stdout
    assert "5 rows of 21 credits\n1 imported: 10\n" in result.stdout
    assert result.stdout.endswith("difference 0\n")
    assert openings(fresh_db) == {ada: Decimal(10)}


def test_a_balance_that_changed_since_it_was_imported_is_named_not_added(fresh_db: str) -> None:
    (ada,) = people(fresh_db, 1)
    profiles(fresh_db, {ada: "10"})
    bring(fresh_db, "--from", "profiles")
    query(fresh_db, "update profiles set credits = 12")
    result = bring(fresh_db, "--from", "profiles")
    assert result.exit_code == 1
    assert f"skipped {ada}: imported before with 10: 12\n" in result.stdout
    assert openings(fresh_db) == {ada: Decimal(10)}


def test_an_account_that_the_rules_refuse_does_not_stop_the_others(fresh_db: str) -> None:
    ada, ben, cleo = people(fresh_db, 3)
    profiles(fresh_db, {ada: "1", ben: "2", cleo: "3"})
    query(fresh_db, "update credits.accounts set status = 'closed' where id = %s", ben)
    result = bring(fresh_db, "--from", "profiles")
    assert f"skipped {ben}: account_closed: 2\n" in result.stdout
    assert result.stdout.endswith("1 skipped, account_closed: 2\ndifference 0\n")
    assert openings(fresh_db) == {ada: Decimal(1), cleo: Decimal(3)}


def test_totals_of_the_old_system_are_kept_with_the_grant(fresh_db: str) -> None:
    (ada,) = people(fresh_db, 1)
    query(
        fresh_db,
        "create table user_credits (user_id uuid, balance numeric, total_purchased int, "
        "total_spent int)",
    )
    query(fresh_db, "insert into user_credits values (%s, 40, 100, 60)", ada)
    assert bring(fresh_db, "--from", "user_credits").exit_code == 0
    ((metadata, bought),) = query(
        fresh_db,
        "select t.metadata, a.total_purchased from credits.transactions as t "
        "join credits.accounts as a on t.account_id = a.id where type = 'opening'",
    )
    assert metadata == {"total_purchased": "100", "total_spent": "60"}
    assert bought == 0  # it was not bought here


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "say --from TABLE or --csv FILE"),
        (("--from", "nowhere"), "there is no table nowhere"),
        (("--from", "auth.users", "--credits-column", "no"), "has no column no, but"),
        (("--from", "auth.users; drop table x"), "Error: "),
    ],
)
def test_a_source_that_is_none_is_refused(
    fresh_db: str, words: tuple[str, ...], complaint: str
) -> None:
    result = bring(fresh_db, *words)
    assert result.exit_code in (1, 2)
    assert complaint in result.output


def test_progress_is_told_apart_from_the_report(
    fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.balance_import.BATCH", 2)
    profiles(fresh_db, dict.fromkeys(people(fresh_db, 5), "1"))
    result = bring(fresh_db, "--from", "profiles")
    told = re.findall(r"(\d+) of 5 rows", result.stderr)
    assert told == ["2", "4", "5"]
    assert "of 5 rows" not in result.stdout
