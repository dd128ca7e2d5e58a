"""``pgcredits stripe topup``: one line for each account, and an end that loses no payment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.cli.stripe_shop import environment, run_on
from tests.edge.shop import Shop, open_shop
from tests.edge.topups import INTENTS, PURCHASE, opted_in, run, webhooks_held

COMMAND = [sys.executable, "-c", "from scripts.cli import main; main()", "stripe", "topup"]
SECONDS = 30


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    with open_shop(fresh_db) as opened:
        yield opened


def start(shop: Shop, *arguments: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    env = os.environ | environment(shop)
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *arguments], env=env, stdout=pipe, stderr=pipe, text=True)


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.05)


def test_each_account_is_a_line(shop: Shop) -> None:
    paying, refused = opted_in(shop), opted_in(shop, "decline")
    result = run_on(shop, "topup")
    assert result.exit_code == 0
    assert sorted(result.output.splitlines()) == sorted(
        [f"{paying.account_id}: paid", f"{refused.account_id}: paused, declined"]
    )
    assert run_on(shop, "topup").output == ""


def test_no_more_accounts_than_its_limit(shop: Shop) -> None:
    opted_in(shop)
    opted_in(shop)
    assert len(run_on(shop, "topup", "--limit", "1").output.splitlines()) == 1


def test_when_stripe_does_not_serve_the_status_is_1(shop: Shop) -> None:
    saver = opted_in(shop)
    shop.strike("unavailable", "POST", INTENTS)
    result = run_on(shop, "topup")
    assert result.exit_code == 1
    assert result.output.startswith(f"{saver.account_id}: delayed, APIError: ")


def test_without_its_settings_the_status_is_2(shop: Shop) -> None:
    result = run_on(shop, "topup", "--watch", "1", STRIPE_SECRET_KEY="")
    assert (result.exit_code, "STRIPE_SECRET_KEY" in result.output) == (2, True)


def test_a_process_killed_while_it_charges_is_made_good_by_the_next(shop: Shop) -> None:
    saver = opted_in(shop)
    with webhooks_held(shop):
        shop.stripe.control.faults.inject("hang", "POST", INTENTS, seconds=2)
        process = start(shop)
        until(lambda: shop.asked("POST", INTENTS))
        process.kill()
        process.communicate(timeout=SECONDS)
        until(lambda: shop.objects("payment_intent"))
        assert shop.history(saver.account_id) == []
        assert run(shop) == ["paid"]
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_goes_on_until_it_is_ended(shop: Shop, number: signal.Signals) -> None:
    first = opted_in(shop)
    process = start(shop, "--watch", "0.2")
    until(lambda: shop.history(first.account_id))
    second = opted_in(shop)
    until(lambda: shop.history(second.account_id))
    process.send_signal(number)
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert output.splitlines() == [f"{it.account_id}: paid" for it in (first, second)]


def test_a_watch_that_is_ended_while_it_charges_ends_after_that_account(shop: Shop) -> None:
    savers = [opted_in(shop), opted_in(shop)]
    shop.stripe.control.faults.inject("hang", "POST", INTENTS, seconds=1)
    process = start(shop, "--watch", "60")
    until(lambda: shop.asked("POST", INTENTS))
    process.terminate()
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert len(output.splitlines()) == 1
    assert sum(shop.history(it.account_id) == [PURCHASE] for it in savers) == 1


def test_a_watch_outlives_a_database_that_is_away(shop: Shop, cluster_dsn: str) -> None:
    saver = opted_in(shop)
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        name = sql.Identifier(str(conninfo_to_dict(shop.dsn)["dbname"]))
        allow = sql.SQL("alter database {} with allow_connections {}")
        conn.execute(allow.format(name, sql.SQL("false")))
        process = start(shop, "--watch", "0.2")
        assert process.stderr is not None
        assert "no connection to the database" in process.stderr.readline()
        conn.execute(allow.format(name, sql.SQL("true")))
    until(lambda: shop.history(saver.account_id))
    process.terminate()
    output, _ = process.communicate(timeout=SECONDS)
    assert (process.returncode, output) == (0, f"{saver.account_id}: paid\n")
