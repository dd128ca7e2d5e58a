"""``pgcredits project``: what a business would earn, from its catalog and stated assumptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from functools import partial
from pathlib import Path

import click

from scripts.amounts import Money, percent
from scripts.catalog_file import load_catalog
from scripts.errors import CommandError
from scripts.projections.business import Business
from scripts.projections.figures import Section, to_json_text, to_text
from scripts.projections.options import Value, read_by_code, read_number, read_rate
from scripts.projections.revenue import project_revenue
from scripts.projections.sales import (
    Rate,
    project_fee_target,
    project_fees,
    project_pack_target,
    project_packs,
)
from scripts.projections.welcome import project_welcome

NUMBER = partial(click.option, type=read_number, metavar="NUMBER")
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
FEE = NUMBER("--fee", help="Your own fee on a purchase (default: the catalog's).")
COST = NUMBER(
    "--cost-per-credit", "cost", help="What a credit costs you (default: as the catalog says)."
)


@click.group()
def project() -> None:
    """Calculate what a business would earn; every figure is shown with its formula."""


@project.command()
@FILE
@NUMBER("--users", required=True, help="How many users there are.")
@click.option(
    "--share", "shares", type=read_by_code(read_number), metavar="PLAN=SHARE", multiple=True,
    help="The share of the users on a plan; repeat it (default: all on the plan free).",
)  # fmt: skip
@COST
@FEE
@JSON
def welcome(
    file: Path,
    users: Fraction,
    shares: tuple[tuple[str, Fraction], ...],
    cost: Fraction | None,
    fee: Fraction | None,
    as_json: bool,
) -> None:
    """What welcome credits cost, and the break-even."""
    business = Business(load_catalog(file), cost, fee)
    plans = {
        plan["code"]: Fraction(plan.get("welcome_credits", 0))
        for plan in business.catalog.get("plans", [])
    }
    chosen = _by_code("plan", shares or [("free", Fraction(1))], plans)
    whole = sum(chosen.values(), Fraction(0))
    if whole != 1:
        raise CommandError(f"the shares add up to {percent(whole)}, not to 100 %")
    if not any(plans[plan] * share * users for plan, share in chosen.items()):
        raise CommandError(
            "these users are given no welcome credits",
            "name users, and plans with welcome_credits: --share PLAN=100%",
        )
    numbers = {plan: users * share for plan, share in chosen.items()}
    _print(project_welcome(business, numbers, plans), business.money, as_json)


@project.command()
@FILE
@click.option(
    "--sold", type=read_by_code(read_rate), metavar="PACK=NUMBER", multiple=True,
    help="How many of a pack are sold a year, or a month as PACK=100/month; repeat it.",
)  # fmt: skip
@NUMBER("--target", help="Instead: the profit of a year to reach.")
@COST
@FEE
@JSON
def packs(
    file: Path,
    sold: tuple[tuple[str, Rate], ...],
    target: Fraction | None,
    cost: Fraction | None,
    fee: Fraction | None,
    as_json: bool,
) -> None:
    """What packs of FILE earn, or which reach an amount."""
    business = Business(load_catalog(file), cost, fee)
    if target is not None and not sold:
        sections = project_pack_target(business, target)
    elif sold and target is None:
        codes = [pack.code for pack in business.packs()]
        sections = project_packs(business, _by_code("pack", sold, codes))
    else:
        raise click.UsageError("name either --sold or --target")
    _print(sections, business.money, as_json)


@project.command()
@FILE
@click.option(
    "--purchases",
    type=read_rate,
    metavar="NUMBER",
    help="Purchases a year, or a month as 100/month.",
)
@NUMBER("--target", help="Instead: the fees of a year to reach.")
@FEE
@JSON
def fees(
    file: Path,
    purchases: Rate | None,
    target: Fraction | None,
    fee: Fraction | None,
    as_json: bool,
) -> None:
    """What your own fee on each purchase earns."""
    business = Business(load_catalog(file), given_fee=fee)
    if not business.fee.value:
        raise CommandError("there is no fee of your own", "name one: --fee 0.30")
    if target is not None and purchases is None:
        sections = project_fee_target(business, target)
    elif purchases is not None and target is None:
        sections = project_fees(business, purchases)
    else:
        raise click.UsageError("name either --purchases or --target")
    _print(sections, business.money, as_json)


@project.command()
@NUMBER("--users", required=True, help="How many users are active.")
@NUMBER("--spend", required=True, help="What each spends in a month.")
@NUMBER("--margin", help="The share of the price that is profit.")
@NUMBER("--markup", help="What the price adds to the cost.")
@NUMBER(
    "--rate",
    help="Show both: the rate as a margin and as a mark-up.",
)
@click.option("--currency", default="usd", show_default=True)
@JSON
def revenue(
    users: Fraction,
    spend: Fraction,
    margin: Fraction | None,
    markup: Fraction | None,
    rate: Fraction | None,
    currency: str,
    as_json: bool,
) -> None:
    """What active users spend, and what of it is profit."""
    margin = rate if margin is None else margin
    markup = rate if markup is None else markup
    if margin is None and markup is None:
        raise click.UsageError("name one of --margin, --markup and --rate")
    if margin is not None and margin >= 1:
        raise CommandError(
            f"a margin of {percent(margin)} leaves nothing for the cost; it must be below 100 %",
            "a mark-up can be as high: --markup",
        )
    money = Money(currency.lower())
    _print(project_revenue(users, spend, margin, markup, money), money, as_json)


def _by_code(
    what: str, pairs: Iterable[tuple[str, Value]], known: Collection[str]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for code, value in pairs:
        if code not in known:
            raise CommandError(
                f"the catalog has no {what} {code}",
                f"those it has: {', '.join(known) or 'none'}",
            )
        if code in values:
            raise CommandError(f"the {what} {code} is named twice")
        values[code] = value
    return values


def _print(sections: list[Section], money: Money, as_json: bool) -> None:
    click.echo((to_json_text if as_json else to_text)(sections, money))
