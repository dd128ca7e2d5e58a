"""``pgcredits catalog lint``: finds prices that lose money, or that cannot be meant.

Each rule is a function whose docstring begins with the names that its findings have and says what
is found, and why. A finding is certain by what the catalog says: what it does not say (such as the
cost of a service) is never guessed. Costs, prices and credits are compared as exact fractions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from scripts.catalog_file import BrokenCatalogError, load_catalog, read_toml
from scripts.linting import (
    limit_rules,
    offer_rules,
    referral_rules,
    subscription_rules,
    usage_rules,
)
from scripts.linting.findings import Finding
from scripts.linting.margins import show_margins
from scripts.linting.market import Market
from scripts.linting.sentinels import find_sentinels
from scripts.litellm import read_map
from scripts.toml_lines import find_line, read_lines

RULES = (
    usage_rules.find_losses,
    usage_rules.find_low_ceilings,
    usage_rules.find_other_markups,
    usage_rules.find_single_prices,
    usage_rules.find_unknown_models,
    usage_rules.find_deprecated_models,
    offer_rules.find_losing_offers,
    offer_rules.find_dear_packs,
    offer_rules.find_dear_plans,
    offer_rules.find_slight_savings,
    offer_rules.find_uneven_costs,
    offer_rules.find_odd_pack_prices,
    offer_rules.find_flat_tiers,
    offer_rules.find_short_fees,
    subscription_rules.find_empty_renewals,
    subscription_rules.find_impossible_trials,
    limit_rules.find_low_purchase_caps,
    referral_rules.find_idle_programs,
    referral_rules.find_rich_rewards,
)
FILE = click.Path(dir_okay=False, path_type=Path)


def survey(
    catalog: dict[str, Any], today: date, sources: dict[str, dict[str, Any]] | None = None
) -> Market:
    """Return what a catalog's prices mean; what it does not say of a model is in ``sources``."""
    return Market(usage_rules.fill_costs(catalog, sources or {}), today, sources)


def lint(
    catalog: dict[str, Any], today: date, sources: dict[str, dict[str, Any]] | None = None
) -> list[Finding]:
    """Return what the rules find.

    Args:
        catalog: as ``load_catalog`` returns it.
        today: the day on which it is judged.
        sources: the models of a price map by their names, ``cost`` and ``deprecated_at`` as a
            catalog has them; None without a price map.
    """
    market = survey(catalog, today, sources)
    return [*find_sentinels(catalog), *(finding for rule in RULES for finding in rule(market))]


@click.command("lint")
@click.argument("file", type=FILE)
@click.option("--margins", is_flag=True, help="First show what each price leaves of it.")
@click.option("--prices", type=FILE, help="LiteLLM's price map: for costs and unknown models.")
@click.pass_context
def lint_command(ctx: click.Context, file: Path, margins: bool, prices: Path | None) -> None:
    """Find prices in FILE that lose money or cannot be meant.

    One line for each, beginning with the rule's name; the exit status is then 1.
    """
    today = datetime.now(UTC).date()
    try:
        catalog = load_catalog(file)
    except BrokenCatalogError:
        findings = _find_sentinels_of(file)
        if not findings:
            raise
    else:
        sources = _read_sources(prices) if prices else None
        if margins:
            click.echo("\n".join((*show_margins(survey(catalog, today, sources)), "")))
        findings = lint(catalog, today, sources)
    if findings:
        lines = read_lines(file.read_text(encoding="utf-8"))
        for finding in findings:
            click.echo(finding.show(f"{file}:{find_line(lines, finding.keys)}"))
        ctx.exit(1)
    click.echo("no findings")


def _read_sources(prices: Path) -> dict[str, dict[str, Any]]:
    """Return the models of a price map by name; of those not priced by the token, nothing."""
    price_map = read_map(prices)
    return {**{name: {} for name in price_map.left_out}, **price_map.models}


def _find_sentinels_of(file: Path) -> list[Finding]:
    """Return the sentinels of a broken file, none if it is no TOML at all."""
    try:
        return find_sentinels(read_toml(file.read_bytes().decode()))
    except (OSError, ValueError):
        return []
