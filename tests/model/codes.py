"""Codes: what they grant or take off, how often they can be used, and how often guessed."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import RefusedError, person
from tests.model.sales import Order
from tests.model.shop import CODES, PACKS
from tests.model.world import World
from tests.wallets import Row

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
# An order is given out again as long as there is time to pay it.
PAYABLE = timedelta(hours=22, minutes=30)


def count_attempt(world: World, user_id: UUID) -> None:
    """Count a code before it is looked at: after ten wrong ones in an hour none is taken."""
    now = world.clock.now
    count, ends_at = world.attempts.get(user_id, (0, now))
    if ends_at <= now:
        count, ends_at = 0, now + HOUR
    if count >= 10:
        raise RefusedError("PT429", "rate_limited")
    world.attempts[user_id] = (count + 1, ends_at)


def forgive_attempt(world: World, user_id: UUID) -> None:
    """Give an attempt back: the code was a good one."""
    if user_id in world.attempts:
        count, ends_at = world.attempts[user_id]
        world.attempts[user_id] = (max(count - 1, 0), ends_at)


def has_use_left(
    world: World, account: Account, user_id: UUID, code: str, again: Order | None
) -> bool:
    """Tell whether a code can be used once more; orders that can be paid still hold a use.

    Who buys for several accounts has one account's uses in all.
    """
    uses: list[tuple[UUID, UUID | None]] = [
        (order.account_id, order.user_id)
        for order in world.orders
        if order.code == code
        and order is not again
        and (order.is_paid or order.created_at > world.clock.now - DAY)
    ]
    uses += [(account_id, None) for account_id, used in world.redeemed if used == code]
    terms = CODES[code]
    mine = sum(account.id == buys_for or user_id == buyer for buys_for, buyer in uses)
    return bool(len(uses) < terms["maximum_uses"] and mine < terms["per_account"])


def quote(world: World, account: Account, user_id: UUID, package: str, code: str | None) -> Row:
    """Quote a pack; ``again`` is the open order for the same, which is not counted."""
    again, pack = None, PACKS[package]
    terms = CODES.get(code or "", {})
    is_good = terms.get("discount_type", "credits") != "credits"
    if is_good or "monthly_purchase_cap_cents" in account.plan:
        again = open_order_for(world, account, user_id, package, code if is_good else None)
    if is_good and code and not has_use_left(world, account, user_id, code, again):
        is_good = False
    total, bonus = pack["price_cents"], pack.get("bonus_credits", 0)
    if is_good and terms["discount_type"] == "percent":
        left = Decimal(total) * (100 - terms["discount_value"]) / 100
        total = int(left.quantize(Decimal(1), ROUND_HALF_UP))
    elif is_good:
        bonus += terms["discount_value"]
    message = None
    if code and not is_good:
        message = "promotion_code_invalid"
    elif total > purchase_room(world, account, again):
        message = "purchase_cap_reached"
    return {
        "message": message,
        "credits": pack["credits"],
        "bonus_credits": bonus,
        "total_cents": total,
        "again": again,
    }


def open_order_for(
    world: World, account: Account, user_id: UUID, package: str, code: str | None
) -> Order | None:
    """Return the open order of a user for the same purchase, if there is time to pay it."""
    wanted = (account.id, user_id, package, code, world.version)
    return next(
        (
            order
            for order in reversed(world.orders)
            if (order.account_id, order.user_id, order.package, order.code, order.version) == wanted
            and not order.is_paid
            and order.created_at > world.clock.now - PAYABLE
        ),
        None,
    )


def purchase_room(world: World, account: Account, again: Order | None) -> float:
    """Return how many cents an account may still pay this month."""
    if "monthly_purchase_cap_cents" not in account.plan:
        return float("inf")
    paid = sum(
        sale.paid_cents - sale.returned_cents
        for sale in world.sales
        if sale.order.account_id == account.id and sale.at >= world.clock.month
    )
    still_open: int = sum(
        order.quote["total_cents"]
        for order in world.orders
        if order.account_id == account.id
        and not order.is_paid
        and order is not again
        and order.created_at > world.clock.now - DAY
    )
    return int(account.plan["monthly_purchase_cap_cents"]) - paid - still_open


def open_order(
    world: World, account: Account, user_id: UUID, package: str, code: str | None
) -> Order:
    """Open an order at its quote, or give out the open one for the same again."""
    account.settle()
    quoted = quote(world, account, user_id, package, code)
    if quoted["message"] == "promotion_code_invalid":
        raise RefusedError("22023", quoted["message"])
    if quoted["message"]:
        raise RefusedError("PT402", quoted["message"])
    if code:
        forgive_attempt(world, user_id)
    order: Order | None = quoted.pop("again")
    if order is None:
        order = Order(account.id, user_id, package, code, quoted, world.clock.now, world.version)
        world.orders.append(order)
    return order


def redeem(world: World, account: Account, user_id: UUID, code: str) -> Row:
    """Redeem a code; a refusal is an answer, so that the attempt counts."""
    count_attempt(world, user_id)
    account.settle()
    answer = {"ok": False, "message": None, "credits": None, "balance": None}
    terms = CODES.get(code, {})
    grants = terms.get("discount_type") == "credits"
    if not terms or not has_use_left(world, account, user_id, code, None):
        return answer | {"message": "promotion_code_invalid"}
    # Who had it on another account is the same person.
    who = person(world.emails[user_id])
    if grants and world.redeemers.setdefault((who, code), account.id) != account.id:
        return answer | {"message": "promotion_code_invalid"}
    forgive_attempt(world, user_id)
    if not grants:
        return answer | {"message": "enter_code_at_purchase"}
    world.redeemed.append((account.id, code))
    expires_at = world.clock.now + timedelta(days=terms["credits_days"])
    amount = Decimal(terms["discount_value"])
    account.grant("promotion", amount, expires_at=expires_at)
    return answer | {"ok": True, "credits": amount, "balance": account.balance}
