"""Orders with their receipts: one's own, and all of an account for who manages it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.events import payloads
from tests.events.shop import buy, order_of, rule, tell
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import Row, call_all, refused


def pay(conn: Connection, order: Row) -> dict[str, Any]:
    """Let an order be paid and return its intent."""
    intent = payloads.payment_intent(order)
    assert tell(conn, payloads.event("payment_intent.succeeded", intent)) == "applied"
    return intent


def listed(conn: Connection, user_id: UUID, **arguments: Any) -> list[Row]:
    with as_user(conn, user_id):
        return call_all(conn, "list_credit_orders", **arguments)


def team(conn: Connection) -> tuple[UUID, dict[str, UUID]]:
    """Return an account and one user of every role in it."""
    owner = sign_up(conn)
    buy(conn, user_id=owner)
    people = {"owner": owner}
    for role in ("admin", "member", "viewer"):
        people[role] = sign_up(conn)
        conn.execute(
            "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)",
            [owner, people[role], role],
        )
    return owner, people


def test_an_order_shows_its_receipt_and_what_became_of_it(shop: Connection) -> None:
    order = buy(shop, "growth")
    intent = pay(shop, order)
    tell(shop, payloads.event("charge.refunded", payloads.charge(intent, 4500)))
    (row,) = listed(shop, order["account_id"])
    kept = order_of(shop, order)
    assert row == {
        "id": order["order_id"],
        "account_id": order["account_id"],
        "user_id": order["account_id"],
        "status": "paid",
        "package": "growth",
        "plan": None,
        "credits": 1000,
        "bonus_credits": 0,
        "total_cents": 9000,
        "currency": "usd",
        "refunded_cents": 4500,
        "is_topup": False,
        "receipt": kept["quote"],
        "promotion_code": None,
        "created_at": kept["created_at"],
        "paid_at": kept["paid_at"],
    }
    assert row["receipt"]["total_cents"] == 9000


def test_an_order_of_a_plan_has_a_receipt_too(shop: Connection) -> None:
    user_id = sign_up(shop)
    rule(shop, "open_subscription_order", user_id, None, "stripe", "pro")
    (row,) = listed(shop, user_id)
    assert (row["plan"], row["package"], row["status"]) == ("pro", None, "open")
    assert (row["total_cents"], row["receipt"]["total_cents"]) == (1999, 1999)


def test_managers_see_all_orders_and_members_their_own(shop: Connection) -> None:
    account_id, people = team(shop)
    order = buy(shop, user_id=people["admin"], account_id=account_id)
    both = {order["order_id"]} | {row["id"] for row in listed(shop, account_id)}
    assert len(both) == 2
    for role in ("owner", "admin"):
        seen = listed(shop, people[role], account_id=account_id)
        assert {row["id"] for row in seen} == both
    for role in ("member", "viewer"):
        assert listed(shop, people[role], account_id=account_id) == []
    shop.execute(
        "update credits.orders set user_id = %s where id = %s",
        [people["member"], order["order_id"]],
    )
    seen = listed(shop, people["member"], account_id=account_id)
    assert [row["id"] for row in seen] == [order["order_id"]]
    with as_service(shop):
        assert len(call_all(shop, "list_credit_orders", account_id=account_id)) == 2


def test_strangers_see_nothing(shop: Connection) -> None:
    order = buy(shop)
    mallory = sign_up(shop)
    for account_id in (order["account_id"], uuid4()):
        with refused(shop, "PT404", "account_not_found"):
            listed(shop, mallory, account_id=account_id)
    assert listed(shop, mallory) == []
    with pytest.raises(Exception, match="permission denied"), as_anon(shop):
        call_all(shop, "list_credit_orders")


def test_orders_are_paged_newest_first(shop: Connection) -> None:
    user_id = sign_up(shop)
    orders = [buy(shop, user_id=user_id)["order_id"] for _ in range(5)]
    found, before = [], None
    while page := listed(shop, user_id, before=before, page_size=2):
        assert len(page) <= 2
        found += [row["id"] for row in page]
        before = page[-1]["id"]
    assert found == orders[::-1]


@pytest.mark.parametrize("size", [0, -1, 201, None])
def test_an_impossible_page_is_refused(shop: Connection, size: int | None) -> None:
    user_id = sign_up(shop)
    with refused(shop, "22023", "invalid_page_size"):
        listed(shop, user_id, page_size=size)


def test_a_foreign_order_is_no_place_to_go_on_from(shop: Connection) -> None:
    order, other = buy(shop), buy(shop)
    assert listed(shop, order["account_id"], before=other["order_id"]) == []
