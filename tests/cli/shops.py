"""Small catalogs for the tests of the linter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scripts.catalog_file import load_catalog
from scripts.catalog_lint import lint
from scripts.linting.findings import Finding

TODAY = date(2026, 11, 21)
HEAD = """\
code = "shop"
name = "Shop"
currency = "usd"
list_price_per_credit = 0.01
"""
MODEL = """\
[[models]]
code = "m"
name = "M"
provider = "P"
tier = "cheap"
"""
COSTS = "cost = { input = 2, output = 10 }\n"
# At cost + 15 %: $2 of input become 230 credits, which sell at $2.30.
MARKED_UP = "[markup]\nmodels = 0.15\n" + MODEL + COSTS
SMS = '[[services]]\ncode = "sms"\nunit = "message"\n'
# A credit costs at least 0.008: everything that can be bought is an SMS.
SMS_AT_COST = SMS + "credits = 1\ncost = 0.008\n"
MONTH = 'billing_interval = "month"\n'


def pack(code: str, amount: int, cents: int, more: str = "") -> str:
    """Return a pack; ``more`` are further lines of it."""
    return (
        f'[[packages]]\ncode = "{code}"\nname = "{code}"\ncredits = {amount}\n'
        f"price_cents = {cents}\n{more}\n"
    )


def plan(code: str, amount: int, cents: int, more: str = MONTH) -> str:
    """Return a plan; ``more`` are further lines of it."""
    return (
        f'[[plans]]\ncode = "{code}"\nname = "{code}"\nmonthly_credits = {amount}\n'
        f"price_cents = {cents}\n{more}\n"
    )


def quantity(tiers: str = "") -> str:
    """Return the terms of quantities from 10 to 1,000 credits, at $0.01 each without a tier."""
    return f"[custom_quantity]\nminimum = 10\nmaximum = 1_000\nbulk_tiers = [{tiers}]\n"


def findings(tmp_path: Path, text: str, *, grace_hours: int = 3) -> list[Finding]:
    """Return what is found in the catalog of HEAD, a grace at each renewal, and a text."""
    path = tmp_path / "shop.toml"
    path.write_text(f"{HEAD}subscriptions = {{ grace_hours = {grace_hours} }}\n{text}")
    return lint(load_catalog(path), TODAY)
