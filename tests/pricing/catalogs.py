"""What tests of the catalog commands share: a way to run them, a rich catalog, any catalog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import strategies as st

from scripts.catalog_file import read_schema
from scripts.cli import main

Run = Callable[..., Result]


def run_on(dsn: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what calls ``pgcredits catalog`` on a database."""
    monkeypatch.setenv("CREDITS_DATABASE_URL", dsn)
    return lambda *arguments: CliRunner().invoke(main, ["catalog", *map(str, arguments)])


# Every key of the format, as an export writes them.
RICH = """\
code = "rich"
name = "Rich \\"and\\" é"
currency = "usd"
list_price_per_credit = 0.10
base_price_per_credit = 0.010
effective_at = 2026-01-01T00:00:00+02:00
refund_days = 45
approval_credits = 2500.5
low_balance_percent = 12.5

[rounding]
places = 4
mode = "up"

[markup]
models = 0.15
services = 0.2
packages = 0.3

[custom_quantity]
minimum = 10
maximum = 100000
bulk_tiers = [
    {from = 1000, discount_percent = 5},
    {from = 5000, discount_percent = 7.5},
]

[fees]
method = "gross_up"
processor_percent = 2.9
processor_fixed_cents = 30
platform_fixed_cents = 0

[subscriptions]
upgrade = "renewal"
downgrade = "now"
grace_hours = 3

[referral]
referrer_credits = 25
referee_credits = 12.5
maximum_rewards = 4
minimum_cents = 900

[cost_source]
name = "litellm"
version = "1.2"
sha256 = "0123456789012345678901234567890123456789012345678901234567890123"

[[plans]]
code = "pro"
name = "Pro"
price_cents = 1999
billing_interval = "month"
monthly_credits = 200
trial_days = 14
trial_credits = 20.5
welcome_credits = 5.5
rollover_months = 1
requests_per_minute = 60
monthly_spend_cap = 1000
monthly_purchase_cap_cents = 20000
discount_percent = 10
features = [
    "A feature with a name that is rather long",
    "Another one that is long",
    "API",
]
contact_only = false

[[packages]]
code = "small"
name = "Small"
credits = 100
bonus_credits = 0.000000001
price_cents = 1000
cost_cents = 700
features = ["API", "E-mail"]

[[services]]
code = "run"
description = "A run"
unit = "step"
unit_size = 10
meter = "steps"
whole_units = true
credits = 2
base = 5
tools = {"a b.c" = 0.5, docs = 5, "*" = 3}
minimum_credits = 1
maximum_credits = 100
rounding = {places = 2, mode = "half_up"}
free = false

[services.meters]
images = {unit = "image", unit_size = 2, credits = 4, cost = 0.01}
output_tokens = {unit = "1K tokens", unit_size = 1000, credits = 0.5}

[[services]]
code = "sms"
unit = "message"
cost = 0.0075

[[models]]
code = "gemini"
name = "Gemini"
description = "Large context"
provider = "Google"
tier = "medium"
source = "gemini/gemini-2.5-pro"
deprecated_at = 2026-10-23
context_tokens = 1048576
max_output_tokens = 65535
capabilities = ["vision", "tools"]
minimum_credits = 0.001
maximum_credits = 1000
rounding = {places = 6}
free = false

[models.cost]
input = 1.25
output = 10
cached = 0.31
cache_write = 1.5
reasoning = 10
above = [
    {context_tokens = 200000, input = 2.5, output = 15},
    {context_tokens = 400000, input = 5, output = 30, cached = 1, cache_write = 6, reasoning = 40},
]

[[models]]
code = "flat"
name = "Flat"
provider = "P"
tier = "cheap"
credits_per_1k_tokens = 1

[[models]]
code = "split"
name = "Split"
provider = "P"
tier = "expensive"
credits_per_1m_tokens = {input = 1, output = 2}
cost = {input = 0.001, output = 0.002, above = [{context_tokens = 9, cached = 1}]}
"""

# Values by the names of the schema's definitions, and what a format or a pattern asks for.
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "code": st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    "text": st.text(
        st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=9
    ),
    "meter_name": st.from_regex(r"m_[a-z0-9_]{0,9}", fullmatch=True),
}
FORMATS: dict[str, st.SearchStrategy[str]] = {
    "date": st.dates().map(lambda day: day.isoformat()),
    "date-time": st.one_of(
        st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        st.just("2026-12-01 00:00Z"),
    ),
}
TOOL = st.one_of(st.just("*"), NAMED["text"])


def valid_catalogs() -> st.SearchStrategy[dict[str, Any]]:
    """Generate catalogs with any of the keys that the schema knows."""
    defs = read_schema()["$defs"]

    def of(rule: dict[str, Any]) -> st.SearchStrategy[Any]:
        name = rule.get("$ref", "").rpartition("/")[2]
        if name in NAMED:
            return NAMED[name]
        if name:
            return of(defs[name])
        match rule:
            case {"enum": values}:
                return st.sampled_from(values)
            case {"format": form}:
                return FORMATS[form]
            case {"properties": known}:
                items = {key: of(inner) for key, inner in known.items()}
                return st.fixed_dictionaries({}, optional=items)
            case {"additionalProperties": inner, "propertyNames": names}:
                keys = NAMED["meter_name"] if "$ref" in names else TOOL
                return st.dictionaries(keys, of(inner), min_size=1, max_size=3)
            case {"items": inner}:
                return st.lists(of(inner), max_size=3)
        return {
            "boolean": st.booleans(),
            "integer": st.integers(0, 10**12),
            "number": st.one_of(
                st.integers(0, 10**12),
                st.decimals(0, 10**6, places=9),
                st.decimals(0, 1, allow_nan=False).filter(Decimal.is_finite),
            ),
            "string": st.from_regex(rule.get("pattern", ".*"), fullmatch=True),
        }[rule["type"]]

    return of(defs["catalog"])
