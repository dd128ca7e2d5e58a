"""Quotes of random catalogs agree with plain Python to the cent, and always add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing.purchases import amounts_of, buyer, promote, quote, shop
from tests.billing.reference import Bill, bill, bulk_percent, price_of_quantity, to_cent
from tests.support import Connection, as_user
from tests.wallets import Row, call, use_catalog

MAXIMUM = 10**9
PERCENTS = st.one_of(
    st.sampled_from(["0", "2.9", "10", "33.3333", "50", "99.9999"]).map(Decimal),
    st.decimals("0", "99.99", places=2),
)
PRICES = st.one_of(
    st.sampled_from(["0.01", "0.1", "0.13", "0.0075", "1"]).map(Decimal),
    st.decimals("0.01", "5", places=6),
)
QUANTITIES = st.one_of(
    st.sampled_from(["10", "999", "1000", "1001", "5000", "1000.5"]).map(Decimal),
    st.decimals("10", "100000", places=3),
)
FEES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"method": st.sampled_from(["additive", "gross_up"])},
        optional={
            "processor_percent": st.one_of(st.just(Decimal("2.9")), st.decimals(0, 95, places=2)),
            "processor_fixed_cents": st.integers(0, 1000),
            "platform_fixed_cents": st.integers(0, 1000),
        },
    ),
)
PROMOTIONS = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "discount_type": st.just("percent"),
            "discount_value": st.decimals("0.01", "100", places=2),
        }
    ),
    st.fixed_dictionaries(
        {
            "discount_type": st.just("fixed"),
            "discount_value": st.integers(1, 20000),
            "currency": st.just("usd"),
        }
    ),
)


@st.composite
def catalogs(draw: st.DrawFn) -> Row:
    """Draw the numbers of a catalog: texts, so that they are sent as they were drawn."""
    tiers = sorted(draw(st.sets(st.sampled_from([10, 1000, 1001, 5000, 20000]))))
    found = shop(
        list_price_per_credit=str(draw(PRICES)),
        base_price_per_credit=draw(st.one_of(st.none(), PRICES.map(str))),
        markup={"packages": str(draw(st.decimals(0, 3, places=4)))},
        custom_quantity={
            "minimum": 1,
            "maximum": MAXIMUM,
            "bulk_tiers": [
                {"from": start, "discount_percent": str(draw(PERCENTS))} for start in tiers
            ],
        },
        plans=[{"code": "free", "name": "Free", "discount_percent": str(draw(PERCENTS))}],
        packages=[
            {
                "code": "pack",
                "name": "Pack",
                "credits": draw(st.integers(1, 10**6)),
                "price_cents": draw(st.one_of(st.integers(1, 60), st.integers(1, 10**7))),
            }
        ],
    )
    fees = draw(FEES)
    if fees is not None:
        found["fees"] = {
            key: str(value) if isinstance(value, Decimal) else value for key, value in fees.items()
        }
    return found


@st.composite
def purchases(draw: st.DrawFn) -> tuple[Row, Decimal | None, Row | None]:
    """Draw a catalog, a quantity of it (or None: its pack), and a promotion."""
    return draw(catalogs()), draw(st.one_of(st.none(), QUANTITIES)), draw(PROMOTIONS)


def expected(catalog: Row, quantity: Decimal | None, promotion: Row | None) -> Bill:
    plan = Fraction(catalog["plans"][0]["discount_percent"])
    if quantity is None:
        return bill(catalog, catalog["packages"][0]["price_cents"], Fraction(0), plan, promotion)
    return bill(
        catalog,
        price_of_quantity(catalog, quantity),
        bulk_percent(catalog, quantity),
        plan,
        promotion,
    )


def check_what_the_seller_gets(catalog: Row, found: Bill) -> None:
    """Check that a gross-up leaves the price, less a cent at most for rounding."""
    fees = catalog.get("fees", {})
    total = found.after_promotion + found.fee
    share = Fraction(str(fees.get("processor_percent", 0))) / 100
    fixed = fees.get("processor_fixed_cents", 0) + fees.get("platform_fixed_cents", 0)
    if fees.get("method") == "gross_up" and total:
        assert total - to_cent(total * share) - fixed >= found.after_promotion - 1


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(purchase=purchases())
def test_a_quote_is_what_plain_python_reckons(
    db: Connection, purchase: tuple[Row, Decimal | None, Row | None]
) -> None:
    catalog, quantity, promotion = purchase
    hoped = expected(catalog, quantity, promotion)
    item: Row = {"package": "pack"} if quantity is None else {"quantity": quantity}
    with db.transaction(force_rollback=True):
        use_catalog(db, catalog)
        user_id = buyer(db)
        if promotion is not None:
            value = str(promotion["discount_value"])
            item["promotion_code"] = promote(db, **{**promotion, "discount_value": value})
        answer = quote(db, user_id, **item)
        with as_user(db, user_id):
            rate = call(db, "get_credit_rate", quantity=quantity)
    kind = "package" if quantity is None else "quantity"
    assert answer["ok"]
    assert amounts_of(answer) == hoped.lines(kind)
    assert answer["total_cents"] == hoped.after_promotion + hoped.fee
    check_what_the_seller_gets(catalog, hoped)
    if quantity is not None:
        assert rate["price_cents"] == hoped.after_plan
