"""The topics that the rules put into the outbox, with a payload of each as the rules write it."""

from __future__ import annotations

import re
from typing import Any

from scripts.migrations import ROOT

OPERATORS_TOPICS = {
    "act_pending", "chargeback", "closed_account_paid", "contact", "dispute_submitted",
    "integrity", "job_silent", "stripe_event_quarantined",
}  # fmt: skip
_PUT = re.compile(r"put_notice\(\s*[^,()]+,\s*'(\w+)'")
# Reminders come as rows, whose second column is the topic.
_ROWS = re.compile(r"returns table \(account_id uuid, topic text.*?select\s[^,]+,\s*'(\w+)'", re.S)
_AT = "2026-12-03T14:05:06.7+00:00"
_DISPUTE = {
    "dispute_id": "d1", "account_id": "a1", "user_id": None, "transaction_id": 7,
    "status": "approved",
    "reason": "not_delivered", "requested_refund": 12.5, "refunded": 12.5,
    "resolution": "We are sorry.",
}  # fmt: skip


def _topics() -> set[str]:
    texts = [path.read_text() for path in (ROOT / "sql/functions").rglob("*.sql")]
    return {topic for text in texts for topic in (*_PUT.findall(text), *_ROWS.findall(text))}


TOPICS = _topics()

PAYLOADS: dict[str, dict[str, Any]] = {
    "low_balance": {"level": "low", "balance": 12.5, "threshold": 20},
    "credits_expiring": {
        "grant_id": 3, "source": "purchase", "credits": 1250.25, "expires_at": _AT,
    },
    "renewal_reminder": {
        "subscription_id": "sub_1", "plan": "pro", "renews_at": _AT, "price_cents": 1999,
        "currency": "usd",
    },
    "receipt": {
        "payment_id": "pi_1", "order_id": "o1", "package": "starter", "plan": None,
        "credits": 50, "bonus_credits": 5.5,
        "lines": [
            {"kind": "package", "label": "Starter Pack", "amount_cents": 650},
            {"kind": "plan_discount", "label": "10 % with the plan pro", "amount_cents": -65},
        ],
        "total_cents": 585, "currency": "usd", "paid_at": _AT, "period_end_at": None,
    },
    "payment_failed": {"invoice_id": "in_1", "amount_cents": 1999, "currency": "usd"},
    "topup_paused": {"reason": "declined", "paused_until_at": _AT},
    "dispute": _DISPUTE,
    "gift": {
        "gift_id": "g1", "email": "eve@example.com", "amount": 12.5, "message": "Have\nfun",
        "expires_at": _AT,
    },
    "invitation": {
        "invitation_id": "i1", "account_name": "Engines", "email": "eve@example.com",
        "role": "admin", "expires_at": _AT,
    },
    "dispute_submitted": _DISPUTE | {"status": "pending", "refunded": 0, "resolution": None},
    "act_pending": {
        "act_id": "t1", "act": "add_credits", "account_id": "a1", "amount": 20000,
        "reason": "a long story", "requested_by": "user:u1",
    },
    "contact": {
        "email": "eve@example.com", "message": "Call me.\nSoon.", "name": "Eve", "company": None,
    },
    "chargeback": {
        "payment_id": "pi_1", "status": "needs_response", "amount_cents": 585, "currency": "usd",
    },
    "stripe_event_quarantined": {
        "event_id": "evt_1", "type": "charge.refunded", "reason": "unknown price",
    },
    "closed_account_paid": {"subscription_id": "sub_1"},
    "integrity": {
        "violations": 3, "first": {"account_id": "a1", "found": 0.1, "what": "<balance>"},
    },
    "job_silent": {"job": "maintenance", "last_at": _AT},
}  # fmt: skip
