"""``pgcredits stripe retry``: events that failed or wait are applied again, and shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.stripe_shop import run_on
from tests.edge.shop import BASIC, Shop, open_shop


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    with open_shop(fresh_db) as opened:
        yield opened


def break_rules(shop: Shop) -> None:
    """Let every grant fail, as a fault of ours would."""
    shop.query("alter table credits.grants rename to grants_gone")


def mend_rules(shop: Shop) -> None:
    shop.query("alter table credits.grants_gone rename to grants")


def failed_event(shop: Shop) -> str:
    """Let the event of a paid checkout fail; returns its id."""
    break_rules(shop)
    (event,) = shop.hold_back(shop.sign_up(), "pay")
    assert shop.deliver(event).status_code == 500
    event_id: str = event["id"]
    return event_id


def test_nothing_to_do_is_said(shop: Shop) -> None:
    result = run_on(shop, "retry")
    assert (result.exit_code, result.output) == (0, "no event is open\n")


def test_an_event_that_failed_is_applied_when_its_cause_is_gone(shop: Shop) -> None:
    event_id = failed_event(shop)
    result = run_on(shop, "retry")
    assert result.exit_code == 1
    assert result.output.startswith(f"{event_id} checkout.session.completed failed ")
    mend_rules(shop)
    result = run_on(shop, "retry")
    assert (result.exit_code, result.output) == (
        0,
        f"{event_id} checkout.session.completed applied\n",
    )
    assert shop.query("select type, amount::int from credits.transactions order by id") == BASIC
    assert run_on(shop, "retry").output == "no event is open\n"


def test_one_that_is_named_is_retried_and_no_other(shop: Shop) -> None:
    first_id, second_id = failed_event(shop), None
    mend_rules(shop)
    second_id = failed_event(shop)
    mend_rules(shop)
    result = run_on(shop, "retry", second_id)
    assert (result.exit_code, result.output.split()) == (
        0,
        [second_id, "checkout.session.completed", "applied"],
    )
    states = dict(shop.query("select id, state from credits.stripe_events"))
    assert states == {first_id: "failed", second_id: "applied"}


def test_a_quarantined_event_is_shown_and_left_unless_it_is_named(shop: Shop) -> None:
    (event,) = shop.hold_back(shop.sign_up(), "pay")
    amount = event["data"]["object"]["amount_total"]
    event["data"]["object"]["amount_total"] = amount + 1
    shop.deliver(event)
    ((_, reason),) = shop.stored()
    shown = f"{event['id']} checkout.session.completed quarantined {reason}\n"
    result = run_on(shop, "retry")
    assert (result.exit_code, result.output) == (0, shown)
    assert shop.query("select attempts from credits.stripe_events") == [(1,)]
    assert run_on(shop, "retry", event["id"]).output == shown
    assert shop.query("select attempts from credits.stripe_events") == [(2,)]


def test_an_event_that_was_never_stored_is_refused(shop: Shop) -> None:
    result = run_on(shop, "retry", "evt_never")
    assert result.exit_code == 1
    assert "event_not_found (PT404)" in result.output
