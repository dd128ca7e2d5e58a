"""``pgcredits reconcile``: what it prints, and its exit status."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from edge.jobs import stripe_lists
from scripts.cli import main
from tests.edge.reconciling import buy_heard, buy_unheard, forget
from tests.edge.shop import API_KEY, BASIC, JWT_SECRET, SITE, WEBHOOK_SECRET, Shop

Run = Callable[..., Result]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command in the environment of the shop's edge; keywords change that, None unsets."""

    def call(*arguments: str, **changes: str | None) -> Result:
        environment: dict[str, str | None] = {
            "CREDITS_DATABASE_URL": shop.dsn,
            "CREDITS_SITE_URL": SITE,
            "STRIPE_SECRET_KEY": API_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SUPABASE_JWT_SECRET": JWT_SECRET,
            "STRIPE_API_BASE": shop.stripe.state.public_url,
            "STRIPE_MODE": None,
            **changes,
        }
        for name, value in environment.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, ["reconcile", *arguments])

    return call


def last_line(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def test_it_says_that_all_agrees(shop: Shop, run: Run) -> None:
    buy_heard(shop)
    result = run()
    assert result.exit_code == 0, result.output
    assert last_line(result).endswith("agree, 0 repaired, 0 differ")
    assert "checkout/sessions: 1 read" in result.stderr.splitlines()


def test_it_names_what_it_repaired(shop: Shop, run: Run) -> None:
    [user_id] = buy_unheard(shop)
    forget(shop, "event")
    [session] = shop.objects("checkout.session")
    result = run()
    assert result.exit_code == 0, result.output
    repaired, summary = result.stdout.splitlines()
    assert repaired == f"repaired checkout.session.completed {session['id']}"
    assert "1 repaired, 0 differ" in summary
    assert shop.history(user_id) == BASIC


def test_what_differs_is_told_with_exit_status_1(shop: Shop, run: Run) -> None:
    _, intent_id = buy_heard(shop)
    forget(shop, "payment_intent")
    result = run()
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith(f"differs: payment {intent_id} of account ")
    assert last_line(result).endswith("1 differ")
    assert "Error: 1 differ from Stripe\nNext: " in result.stderr


def test_a_dry_run_that_would_repair_ends_with_exit_status_1(shop: Shop, run: Run) -> None:
    [user_id] = buy_unheard(shop)
    result = run("--dry-run")
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("would repair ")
    assert shop.history(user_id) == []
    assert run().exit_code == 0
    assert run("--dry-run").exit_code == 0


def test_it_looks_as_far_back_as_it_is_told(shop: Shop, run: Run) -> None:
    run("--since", "7")
    [first, *_] = [call for call in shop.calls if call.path == "/v1/charges"]
    run()
    [_, second] = [call for call in shop.calls if call.path == "/v1/charges"]
    days = (int(first.params["created[gte]"]) - int(second.params["created[gte]"])) / 86_400
    assert round(days) == 60 - 7


def test_a_list_that_cannot_be_read_is_exit_status_2(
    shop: Shop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_lists, "_ATTEMPTS", 1)  # six of them take half a minute
    [user_id] = buy_unheard(shop)
    shop.stripe.state.put({"object": "dispute", "id": "du_1"})  # no list can show it: 500
    result = run()
    assert result.exit_code == 2, result.output
    assert "Error: could not read all of disputes: " in result.stderr
    assert "Next: what was repaired stays repaired; run the same command again" in result.stderr
    assert result.stdout == ""
    assert shop.history(user_id) == BASIC


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_of_somebody"}, "No valid API key"),
        ({"STRIPE_SECRET_KEY": None}, "Not set in the environment: STRIPE_SECRET_KEY"),
        (
            {"CREDITS_DATABASE_URL": "postgresql://127.0.0.1:9/none"},
            "no connection to the database",
        ),
        (
            {"STRIPE_MODE": "live", "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_API_BASE": None},
            "the database takes Stripe's test mode, STRIPE_MODE is live",
        ),
    ],
)
def test_what_keeps_it_from_running_is_exit_status_2(
    run: Run, changes: dict[str, str | None], told: str
) -> None:
    result = run(**changes)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert "Next: " in result.stderr


def test_a_database_without_pgcredits_is_exit_status_2(run: Run, empty_db: str) -> None:
    result = run(CREDITS_DATABASE_URL=empty_db)
    assert result.exit_code == 2, result.output
    assert "is pgcredits installed there?" in result.stderr
