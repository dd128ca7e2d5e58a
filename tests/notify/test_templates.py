"""The words of each topic: there are some for every topic, and they tell what the payload holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from edge.jobs.mail_texts import FOLDER, Text, UnwritableError, show_credits, show_money, write
from edge.jobs.notices import Notice
from tests.notify.notifying import SITE
from tests.notify.topics import PAYLOADS, TOPICS

TOLD = {
    "low_balance": ["12.5", "20"],
    "credits_expiring": ["1,250.25", "3 December 2026, 14:05 UTC"],
    "renewal_reminder": ["pro", "19.99 USD", "3 December 2026, 14:05 UTC"],
    "receipt": [
        "Starter Pack", "6.50 USD", "-0.65 USD", "5.85 USD", "55.5", "pi_1",
        "3 December 2026, 14:05 UTC",
    ],
    "payment_failed": ["19.99 USD"],
    "topup_paused": ["declined", "3 December 2026, 14:05 UTC"],
    "dispute": ["12.5", "We are sorry.", "7"],
    "gift": ["12.5", "Have", "fun", "3 December 2026, 14:05 UTC"],
    "invitation": ["Engines", "admin", "3 December 2026, 14:05 UTC"],
    "dispute_submitted": ["12.5", "not delivered", "a1", "d1", "7"],
    "act_pending": ["20,000", "add credits", "a long story", "user:u1", "t1", "a1"],
    "contact": ["eve@example.com", "Call me.", "Soon.", "Eve"],
    "chargeback": ["5.85 USD", "needs response", "pi_1"],
    "stripe_event_quarantined": ["evt_1", "charge.refunded", "unknown price"],
    "closed_account_paid": ["sub_1"],
    "integrity": ["3", "a1", "0.1"],
    "job_silent": ["maintenance", "3 December 2026, 14:05 UTC"],
}  # fmt: skip


def words(topic: str, site_url: str = SITE, **changes: Any) -> Text:
    """Put a topic's payload into words, with members changed or, by an ellipsis, left out."""
    payload = {k: v for k, v in (PAYLOADS[topic] | changes).items() if v is not ...}
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return write(Notice(1, "", topic, None, json.dumps(payload), at, 1), site_url)


def test_topics_and_templates_are_the_same() -> None:
    assert len(TOPICS) > 15
    for kind in ("txt", "html"):
        names = {path.stem for path in FOLDER.glob(f"*.{kind}")}
        assert names == TOPICS | {"base"}
    assert {path.suffix for path in FOLDER.iterdir()} == {".txt", ".html"}
    assert PAYLOADS.keys() == TOLD.keys() == TOPICS


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_the_words_of_a_topic_tell_its_payload(topic: str) -> None:
    text = words(topic)
    assert 10 < len(text.subject) <= 78
    assert text.subject.isprintable()
    for told in TOLD[topic]:
        assert told in text.plain
        assert told in text.html
    assert SITE in text.plain
    assert f'href="{SITE}"' in text.html
    assert "shop.example" in text.subject
    for odd in ("{{", "{%", "None", "null", "Decimal", "\n\n\n\n"):
        assert odd not in text.subject + text.plain + text.html


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_what_a_payload_lacks_is_not_passed_over_in_silence(topic: str) -> None:
    """The members that a template may do without are those that the rules leave out."""
    needed = {name for name in PAYLOADS[topic] if _fails(topic, **{name: ...})}
    unused = {
        "credits_expiring": {"grant_id", "source"},
        "renewal_reminder": {"subscription_id"},
        "receipt": {"order_id", "package", "period_end_at"},
        "payment_failed": {"invoice_id"},
        "dispute": {"dispute_id", "account_id", "user_id", "reason", "requested_refund"},
        "gift": {"gift_id", "email"},
        "invitation": {"invitation_id", "account_name", "email"},
        "dispute_submitted": {"user_id", "status", "refunded", "resolution"},
    }
    assert PAYLOADS[topic].keys() - needed == unused.get(topic, set())


def _fails(topic: str, **changes: Any) -> bool:
    try:
        words(topic, **changes)
    except UnwritableError:
        return True
    return False


def test_a_topic_without_a_template_is_said() -> None:
    notice = Notice(1, "", "unheard_of", None, "{}", datetime.now(UTC), 1)
    with pytest.raises(UnwritableError, match="unheard_of"):
        write(notice, SITE)


@pytest.mark.parametrize(
    ("topic", "changes", "told"),
    [
        ("low_balance", {"level": "empty", "balance": 0}, "no credits left"),
        ("renewal_reminder", {"renews_at": ..., "ends_at": "2026-12-31T23:59:59+00:00"}, "ends on"),
        ("renewal_reminder", {"price_cents": None, "currency": None}, "renews on"),
        ("renewal_reminder", {"plan": None}, "Your plan renews on"),
        ("receipt", {"lines": [], "credits": None, "bonus_credits": None, "plan": "pro",
                     "period_end_at": "2027-01-03T00:00:00+00:00"}, "pro, until 3 January 2027"),
        ("payment_failed", {"amount_cents": None, "currency": None}, "charge your plan"),
        ("topup_paused", {"reason": "requires_action", "paused_until_at": None}, "your bank"),
        ("topup_paused", {"reason": "monthly_limit"}, "in a month"),
        ("topup_paused", {"reason": "package_not_sold"}, "not on sale"),
        ("topup_paused", {"reason": "no_customer"}, "no saved card"),
        ("topup_paused", {"reason": "no_payment_method"}, "no saved card"),
        ("dispute", {"status": "under_review", "resolution": None}, "looking into"),
        ("dispute", {"status": "rejected", "refunded": 0}, "refund nothing"),
        ("dispute", {"status": "partially_approved", "refunded": 1}, "1 credits"),
        ("gift", {"message": None}, "accept them"),
        # As the rules wrote it until they told the team's name.
        ("invitation", {"account_name": ...}, "into a team"),
        ("contact", {"name": None, "company": "Acme"}, "Acme"),
        ("act_pending", {"amount": None}, "asks for: add credits"),
        ("job_silent", {"last_at": None}, "has never run"),
    ],
)  # fmt: skip
def test_the_words_fit_the_case(topic: str, changes: dict[str, Any], told: str) -> None:
    text = words(topic, **changes)
    for part in (text.plain, text.html):
        assert told.lower() in " ".join(part.lower().replace("<strong>", "").split())
        assert "None" not in part


def test_times_are_told_in_utc() -> None:
    assert (
        "31 December 2026, 23:30 UTC" in words("gift", expires_at="2027-01-01T00:30:00+01:00").plain
    )


@pytest.mark.parametrize(
    ("cents", "currency", "shown"),
    [
        (650, "usd", "6.50 USD"),
        (-5, "eur", "-0.05 EUR"),
        (123456789, "usd", "1,234,567.89 USD"),
        (1500, "jpy", "1,500 JPY"),
        (1500, "kwd", "1.500 KWD"),
        (0, "usd", "0.00 USD"),
    ],
)
def test_money_has_the_places_of_its_currency(cents: int, currency: str, shown: str) -> None:
    assert show_money(cents, currency) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "0"), ("100", "100"), ("1250.500000000", "1,250.5"), ("0.000000001", "0.000000001")],
)
def test_credits_are_shown_without_idle_zeros(amount: str, shown: str) -> None:
    assert show_credits(Decimal(amount)) == shown


def test_a_site_with_a_path_is_named_by_its_host() -> None:
    text = words("gift", "https://shop.example:8443/app")
    assert "at shop.example:8443" in text.subject
    assert "https://shop.example:8443/app" in text.plain
