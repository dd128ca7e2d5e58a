"""What tests of referral share: a shop with a program, who refers whom, rewards, cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.events.payloads import Json, charge, event
from tests.events.shop import SHOP, rows, store_prices
from tests.events.shop import tell as deliver
from tests.returns import sales
from tests.returns.model import Told
from tests.returns.sales import FREE_PLANS, PACKAGES, Purchase
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, balance_of, call, use_catalog

# What a referral earns; "plain" is 100 credits for 700 cents.
REFERRER, REFEREE = 50, 20
PACK, CREDITS, CENTS = "plain", 100, 700
PROGRAM: Row = {"referrer_credits": REFERRER, "referee_credits": REFEREE}
ALL_OF_IT = Told("charge.refunded", CENTS)
HALF = Told("charge.refunded", CENTS // 2)
OPENED = Told("charge.dispute.created", CENTS, "du_1", "needs_response", 10)
WON = Told("charge.dispute.closed", CENTS, "du_1", "won", 30)
LOST = Told("charge.dispute.closed", CENTS, "du_1", "lost", 30)
SERVICES = [{"code": "sms", "unit": "message", "credits": 1}]


def shop_of(**keys: Any) -> Row:
    """Return the shop's catalog, with some keys replaced; None leaves one out."""
    plans = [*SHOP["plans"], *FREE_PLANS]
    catalog = SHOP | {"packages": PACKAGES, "plans": plans, "services": SERVICES}
    catalog |= {"referral": PROGRAM, "custom_quantity": {"minimum": 1, "maximum": 100000}}
    return {name: value for name, value in (catalog | keys).items() if value is not None}


def open_shop(conn: Connection, **terms: Any) -> None:
    """Open a shop with a referral program, whose terms are as named."""
    use_catalog(conn, shop_of(referral=PROGRAM | terms))
    store_prices(conn)


def person(conn: Connection, name: str = "someone", **columns: Any) -> UUID:
    """Sign a user up whose e-mail is nobody else's."""
    return sign_up(conn, f"{name}-{uuid4().hex[:8]}@example.org", **columns)


def referral_of(conn: Connection, user_id: UUID) -> Row:
    """Return what ``get_referral_code`` answers a user."""
    with as_user(conn, user_id):
        found: Row = call(conn, "get_referral_code")
    return found


def code_of(conn: Connection, user_id: UUID) -> str:
    """Return a user's code."""
    return str(referral_of(conn, user_id)["code"])


def claim(conn: Connection, user_id: UUID, code: str | None) -> Row:
    """Claim a code as a user; returns the answer."""
    with as_user(conn, user_id):
        answer: Row = call(conn, "claim_referral_code", code=code)
    return answer


def refer(conn: Connection, referrer: UUID, referee: UUID | None = None) -> UUID:
    """Let a user, a new one unless named, claim another one's code; returns the user."""
    referee = referee or person(conn, "referee")
    answer = claim(conn, referee, code_of(conn, referrer))
    assert (answer["ok"], answer["message"]) == (True, None)
    return referee


def bought(conn: Connection, account_id: UUID, package: str = PACK) -> Purchase:
    """Buy a pack for an account."""
    return sales.bought(conn, account_id, package)


def card_news(purchase: Purchase, fingerprint: str, **fields: Any) -> Json:
    """Return the event that tells with which card a purchase was paid."""
    details = {"type": "card", "card": {"brand": "visa", "fingerprint": fingerprint}}
    return event(
        "charge.succeeded", charge(purchase.intent, payment_method_details=details, **fields)
    )


def tell_card(conn: Connection, purchase: Purchase, fingerprint: str, **fields: Any) -> str:
    """Deliver the event that tells with which card a purchase was paid."""
    return deliver(conn, card_news(purchase, fingerprint, **fields))


def rewards(conn: Connection, account_id: UUID) -> list[Any]:
    """Return the amounts of the rewards that an account was granted, oldest first."""
    query = """
        select amount from credits.transactions
        where account_id = %s and type = 'referral' order by id
    """
    return [row["amount"] for row in rows(conn, query, account_id)]


def referrals(conn: Connection, referrer: UUID) -> list[Row]:
    """Return the stored referrals of a referrer."""
    query = "select * from credits.referrals where referrer_id = %s order by claimed_at"
    return rows(conn, query, referrer)


def has(conn: Connection, account_id: UUID) -> tuple[Any, Any]:
    """Return what is available to an account, and its debt."""
    shown = balance_of(conn, account_id)
    return shown["available"], shown["debt"]


def refused_claim(conn: Connection, user_id: UUID, code: str | None, message: str) -> None:
    """Check that a claim is answered with a refusal and refers nobody."""
    query = "select * from credits.referrals order by referee_id"
    before = rows(conn, query), has(conn, user_id)
    answer = claim(conn, user_id, code)
    assert (answer["ok"], answer["message"], answer["credits"]) == (False, message, None)
    assert (rows(conn, query), has(conn, user_id)) == before
