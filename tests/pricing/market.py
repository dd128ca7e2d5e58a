"""A catalog with models of several makers, tiers and abilities: for estimates and choice."""

from __future__ import annotations

from typing import Any

from tests.wallets import Row


def model(code: str, tier: str, credits_per_1k: float, /, **more: Any) -> Row:
    """Return a model of a flat price."""
    item: Row = {
        "code": code,
        "name": code.title(),
        "provider": "Maker",
        "tier": tier,
        "credits_per_1k_tokens": credits_per_1k,
        **more,
    }
    return item


MARKET: Row = {
    "code": "market",
    "name": "Market",
    "currency": "usd",
    "list_price_per_credit": 0.01,
    "plans": [
        {"code": "free", "name": "Free"},
        {"code": "capped", "name": "Capped", "monthly_spend_cap": 1},
    ],
    "services": [{"code": "call", "unit": "minute", "meter": "minutes", "credits": 2}],
    "models": [
        model("tiny", "cheap", 1, context_tokens=8_000, capabilities=["json"]),
        model("seer", "cheap", 2, capabilities=["vision", "json"], provider="Other"),
        model("solid", "medium", 10, max_output_tokens=1_000, capabilities=["tools", "json"]),
        model("great", "expensive", 50, context_tokens=1_000_000, capabilities=["vision", "tools"]),
        model("gone", "cheap", 0.1, deprecated_at="2026-01-01"),
        model("going", "cheap", 3, deprecated_at="2999-01-01"),
    ],
}

HELLO = "Hello, how are you today?"
POEM = "Write a blog post of about 600 words for our customers about the new spring collection."
PROOF = (
    "Design and implement a distributed lock service in Go: architecture, leader election with "
    "Raft, failure handling, concurrency tests and benchmarks. Explain each trade-off step by "
    "step, then refactor the code for production and write the migration plan."
)
