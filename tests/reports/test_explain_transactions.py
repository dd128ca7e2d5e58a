"""``explain_credits`` of a transaction: which grants paid, by which price, what belongs to it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from tests.gifts.giving import accept, send
from tests.referral.referring import person, refer
from tests.reports.explained import KINDS, explain, explain_last, full_life, last_of, open_shop
from tests.returns.model import Told
from tests.returns.sales import bought, tell
from tests.support import Connection, sign_up
from tests.usage.charges import capture, charge, hold, pass_expiry, refund
from tests.wallets import (
    Row,
    add,
    call,
    funded_account,
    history,
    refused,
    use_catalog,
    with_service,
)

PARTS = {
    "transaction", "sentence", "paid_by", "price", "hold", "refunds", "refund_of", "payment",
    "gift", "referral", "clawback_of",
}  # fmt: skip


def parts(explained: Row) -> dict[int, Decimal]:
    """Return what each grant gave or got, by the explanation."""
    return {it["grant_id"]: Decimal(str(it["credits"])) for it in explained["paid_by"]}


def test_every_kind_of_transaction_is_explained(db: Connection) -> None:
    open_shop(db)
    account_id, _ = full_life(db, person)
    rows = history(db, account_id)
    assert {row["type"] for row in rows} == KINDS
    for row in rows:
        found = explain(db, account_id, row["id"])
        assert found.keys() == PARTS
        for name in ("id", "type", "held_after", "scope", "key"):
            assert found["transaction"][name] == row[name]
        assert parts(found) == {int(id_): part for id_, part in row["grants"].items()}
        assert sum(parts(found).values()) == abs(row["amount"])
        for number in (abs(row["amount"]), row["balance_after"]):
            assert f" {number} " in f"{found['sentence']} ".replace(".\x20", " ")


def test_a_charge_names_the_grants_that_paid_in_their_order(db: Connection) -> None:
    account_id = funded_account(db, 10, source="purchase")
    add(db, account_id, 3, description="gift of the house")
    add(db, account_id, 2, expires_at="2100-01-01")
    found = explain(db, account_id, charge(db, account_id, 6))
    assert [(it["grant_id"], it["credits"], it["source"]) for it in found["paid_by"]] == [
        (3, 2, "bonus"), (2, 3, "bonus"), (1, 1, "purchase"),
    ]  # fmt: skip
    assert found["paid_by"][0]["expires_at"].startswith("2100-01-01T00:00:00")
    assert [it["is_paid"] for it in found["paid_by"]] == [False, False, True]
    assert found["price"] is None


def test_what_was_paid_for_the_grants_is_named(db: Connection) -> None:
    open_shop(db)
    sold = bought(db, person(db), "plain")
    (grant,) = explain(db, sold.account_id, charge(db, sold.account_id, 6))["paid_by"]
    assert (grant["paid_cents"], grant["currency"], grant["reference"]) == (
        700, "usd", sold.payment_id,
    )  # fmt: skip


def test_the_price_is_the_one_of_then(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    used = call(
        db,
        "use_credits",
        service="query",
        usage={"tools": ["docs", "web"]},
        key="k",
        account_id=account_id,
    )
    version = history(db, account_id)[-1]["price_version"]
    use_catalog(db, with_service("query", base=50))
    price = explain(db, account_id, used["transaction_id"])["price"]
    assert (price["version"], price["catalog"], price["service"]) == (version, "small", "query")
    assert price["usage"] == {"tools": ["docs", "web"]}
    assert price["effective_at"] is not None
    assert {it["meter"]: it["credits"] for it in price["components"]} == {
        "base": 5, "tool:docs": 5, "tool:*": 3,
    }  # fmt: skip
    sentence = explain(db, account_id, used["transaction_id"])["sentence"]
    assert f"catalog version {version}" in sentence


def test_a_capture_names_its_hold(db: Connection) -> None:
    account_id = funded_account(db, 10)
    hold_id = hold(db, account_id, 5, metadata={"prompt": "secret words"}, reference="chat-1")
    found = explain(db, account_id, capture(db, account_id, hold_id, 4))
    assert (found["hold"]["hold_id"], found["hold"]["amount"]) == (str(hold_id), 5)
    assert (found["hold"]["state"], found["hold"]["reference"]) == ("captured", "chat-1")
    assert "secret" not in str(found)


def test_a_charge_names_its_refunds_and_a_refund_its_charge(db: Connection) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 6)
    refund(db, account_id, charge(db, account_id, 1))
    assert not explain(db, account_id, paid)["refunds"]
    backs = [refund(db, account_id, paid, part)["transaction_id"] for part in (1, "2.5")]
    found = explain(db, account_id, paid)
    assert found["refunds"] == [
        {"transaction_id": backs[0], "credits": 1},
        {"transaction_id": backs[1], "credits": 2.5},
    ]
    assert found["refund_of"] is None
    for back in backs:
        assert explain(db, account_id, back)["refund_of"] == paid


def test_a_refund_of_expired_credits_names_the_new_grant(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    grant_id = add(db, account_id, 4, expires_at="2100-01-01", priority=0)["grant_id"]
    paid = charge(db, account_id, 6)
    pass_expiry(db, account_id, grant_id)
    back = refund(db, account_id, paid)["transaction_id"]
    found = {it["source"]: it["credits"] for it in explain(db, account_id, back)["paid_by"]}
    assert found == {"welcome": 2, "refund": 4}


def test_a_purchase_names_its_payment_and_what_went_back_of_it(db: Connection) -> None:
    open_shop(db)
    sold = bought(db, person(db), "plain")
    tell(db, sold, Told("charge.refunded", 70))
    for kind in ("purchase", "clawback"):
        payment = explain_last(db, sold.account_id, kind)["payment"]
        assert (payment["payment_id"], payment["order_id"]) == (
            sold.payment_id, str(sold.order["order_id"]),
        )  # fmt: skip
        assert (payment["amount_cents"], payment["returned_cents"]) == (700, 70)
        assert (payment["provider"], payment["currency"]) == ("stripe", "usd")


def test_a_clawback_and_a_reinstatement_name_the_grant_they_are_about(db: Connection) -> None:
    open_shop(db)
    sold = bought(db, person(db), "plain")
    grant_id = last_of(db, sold.account_id, "purchase")
    tell(db, sold, Told("charge.dispute.created", 700, "du_1", "needs_response", 10))
    tell(db, sold, Told("charge.dispute.closed", 700, "du_1", "won", 20))
    for kind in ("clawback", "reinstatement"):
        assert explain_last(db, sold.account_id, kind)["clawback_of"] == grant_id
    assert explain(db, sold.account_id, grant_id)["clawback_of"] is None


def test_a_reference_of_ones_own_is_no_payment(db: Connection) -> None:
    open_shop(db)
    sold = bought(db, person(db), "plain")
    paid = charge(db, sold.account_id, 1, reference=sold.payment_id)
    assert explain(db, sold.account_id, paid)["payment"] is None


def test_both_sides_of_a_gift_name_it(db: Connection) -> None:
    open_shop(db)
    giver, friend = person(db, "giver"), person(db, "friend")
    bought(db, giver, "plain")
    gift = send(db, giver, friend, 30)
    accept(db, friend, gift)
    for account_id, kind, direction in (
        (giver, "gift_sent", "sent"),
        (friend, "gift_received", "received"),
    ):
        found = explain_last(db, account_id, kind)["gift"]
        assert (found["gift_id"], found["direction"]) == (str(gift["id"]), direction)
        assert (found["amount"], found["state"]) == (30, "accepted")


def test_a_reward_names_who_referred_whom(db: Connection) -> None:
    open_shop(db)
    referrer = person(db, "referrer")
    referee = refer(db, referrer)
    sold = bought(db, referee, "plain")
    for account_id in (referrer, referee):
        found = explain_last(db, account_id, "referral")["referral"]
        assert (found["referrer_id"], found["referee_id"]) == (str(referrer), str(referee))
    assert found["payment_id"] == sold.payment_id


@pytest.mark.parametrize("transaction_id", [0, -1, 2, 2**63 - 1])
def test_a_transaction_that_is_not_there_is_refused(db: Connection, transaction_id: int) -> None:
    account_id, other = funded_account(db, 10), funded_account(db, 10)
    charge(db, other, 1)
    with refused(db, "PT404", "transaction_not_found") as detail:
        explain(db, account_id, transaction_id)
    assert detail == {}


def test_who_did_it_is_in_the_sentence(db: Connection) -> None:
    account_id: UUID = funded_account(db, 10)
    user_id = sign_up(db)
    said = explain(db, account_id, charge(db, account_id, 1, user_id=user_id))["sentence"]
    assert f"user {user_id}" in said
    said = explain(db, account_id, charge(db, account_id, 1, service="video"))["sentence"]
    assert "the back end" in said
    assert "video" in said
