"""Prices of random catalogs agree with plain Python to the ninth place, whatever is used."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pricing.charges import PLENTY, charge, customer
from tests.pricing.reference import CLASSES, price_model, price_service
from tests.support import Connection, as_anon
from tests.wallets import Row, call, changed_catalog, refused, use_catalog

SETTINGS = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EDGES = (1, 1000, 128_000)
SOME = st.one_of(st.sampled_from([1, 3, 25]), st.decimals("0.0001", "500", places=4).map(float))
ANY = st.one_of(st.just(0), SOME)
SIZES = st.sampled_from([1, 3, 7, 60, 0.5, 1000, 1_000_000])
ROUNDINGS = st.fixed_dictionaries(
    {}, optional={"places": st.integers(0, 9), "mode": st.sampled_from(["half_up", "up"])}
)
HEADS = st.fixed_dictionaries(
    {"list_price_per_credit": st.sampled_from([0.01, 0.13, 0.07])},
    optional={
        "base_price_per_credit": st.sampled_from([0.001, 0.03, 0.1, 1]),
        "markup": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("models", "services", "packages"), SOME)
        ),
        "rounding": ROUNDINGS,
    },
)
TOKENS = st.one_of(
    st.sampled_from([0, *EDGES, *(edge + 1 for edge in EDGES)]), st.integers(0, 10**7)
)
TOKEN_USAGES = st.dictionaries(st.sampled_from([f"{name}_tokens" for name in CLASSES]), TOKENS)
QUANTITIES = st.one_of(st.integers(1, 1000), st.decimals("0.001", "100", places=3)).map(Decimal)


@st.composite
def terms(draw: st.DrawFn) -> Row:
    """Draw bounds and a rounding, or none of them."""
    found: Row = {}
    if draw(st.booleans()):
        found["rounding"] = draw(ROUNDINGS)
    low, high = sorted(draw(st.lists(st.integers(1, 10**6), min_size=2, max_size=2)))
    if draw(st.booleans()):
        found["minimum_credits"] = low / 1000
    if draw(st.booleans()):
        found["maximum_credits"] = high / 1000
    return found


@st.composite
def token_prices(draw: st.DrawFn) -> Row:
    """Draw the prices of token classes, and tiers in any order."""
    beside = dict.fromkeys(("cached", "cache_write", "reasoning"), ANY)
    found: Row = draw(st.fixed_dictionaries({"input": SOME, "output": SOME}, optional=beside))
    above = []
    for edge in draw(st.lists(st.sampled_from(EDGES), unique=True)):
        tier = draw(
            st.fixed_dictionaries({}, optional={"input": SOME, "output": SOME, **beside}).filter(
                bool
            )
        )
        above.append({"context_tokens": edge, **tier})
    return {**found, "above": above} if above else found


@st.composite
def models(draw: st.DrawFn) -> Row:
    """Draw a model with one of the three kinds of price."""
    found: Row = {"code": "m", "name": "M", "provider": "P", "tier": "cheap", **draw(terms())}
    kind = draw(st.sampled_from(["flat", "classes", "cost"]))
    if kind == "flat":
        found["credits_per_1k_tokens"] = draw(SOME)
    elif kind == "classes":
        found["credits_per_1m_tokens"] = draw(token_prices())
    if kind == "cost" or draw(st.booleans()):
        found["cost"] = draw(token_prices())
    return found


@st.composite
def services(draw: st.DrawFn) -> Row:
    """Draw a service with a unit and some of base, tools and meters."""
    price = draw(st.sampled_from([("credits",), ("cost",), ("credits", "cost")]))
    found: Row = {
        "code": "s",
        "unit": "unit",
        "unit_size": draw(SIZES),
        **{name: draw(SOME) for name in price},
        **draw(terms()),
    }
    if draw(st.booleans()):
        found["base"] = draw(SOME)
    if draw(st.booleans()):
        found["tools"] = {"docs": draw(SOME), "*": draw(SOME)}
    if draw(st.booleans()):
        found["meters"] = {
            name: draw(
                st.fixed_dictionaries(
                    {"unit": st.just("unit"), "unit_size": SIZES, "credits": SOME},
                    optional={"cost": ANY},
                )
            )
            for name in ("images", "pages")
        }
    return found


@st.composite
def service_usages(draw: st.DrawFn, service: Row) -> Row:
    """Draw a usage that the service can count."""
    found: Row = {}
    if "tools" in service:
        found["tools"] = draw(st.lists(st.sampled_from(["docs", "web", "sql"])))
    for name in service.get("meters", {}):
        if draw(st.booleans()):
            found[name] = draw(st.integers(0, 10**6))
    return found


def check(
    conn: Connection,
    user_id: UUID,
    asked: Row,
    hoped: tuple[Fraction, Fraction | None],
) -> None:
    """Check what a use costs, that this is charged, and what is kept of its cost to us."""
    price, cost = hoped
    if price == 0 or price > 10**12:
        with refused(conn, "22023", "invalid_usage"), as_anon(conn):
            call(conn, "calculate_query_cost", **asked)
        return
    with as_anon(conn):
        assert Fraction(call(conn, "calculate_query_cost", **asked)) == price
    if price > PLENTY:
        return
    kept = charge(conn, user_id, **asked)
    assert Fraction(kept["amount"]) == -price
    if cost is None:
        assert kept["provider_cost"] is None
    else:
        assert abs(Fraction(kept["provider_cost"]) - cost) < Fraction(1, 10**19)


def run(conn: Connection, catalog: Row, ask: Callable[[UUID], Any]) -> None:
    """Put a catalog in force, ask, and undo both."""
    with conn.transaction(force_rollback=True):
        use_catalog(conn, catalog)
        ask(customer(conn))


@SETTINGS
@given(head=HEADS, model=models(), usages=st.lists(TOKEN_USAGES, min_size=1, max_size=5))
def test_a_model_costs_what_plain_python_reckons(
    db: Connection, head: Row, model: Row, usages: list[Row]
) -> None:
    catalog = changed_catalog(models=[model], **head)

    def ask(user_id: UUID) -> None:
        for usage in usages:
            asked = {"service": "m", "usage": usage}
            check(db, user_id, asked, price_model(model, catalog, usage))

    run(db, catalog, ask)


@SETTINGS
@given(head=HEADS, service=services(), data=st.data())
def test_a_service_costs_what_plain_python_reckons(
    db: Connection, head: Row, service: Row, data: st.DataObject
) -> None:
    catalog = changed_catalog(services=[service], **head)

    def ask(user_id: UUID) -> None:
        for _ in range(3):
            quantity = data.draw(QUANTITIES)
            usage = data.draw(service_usages(service))
            asked = {"service": "s", "quantity": quantity, "usage": usage}
            check(db, user_id, asked, price_service(service, catalog, quantity, usage))

    run(db, catalog, ask)
