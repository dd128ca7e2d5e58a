"""Referral: both are rewarded for the first payment, and give it back with that payment."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from tests.model.books import Account
from tests.model.codes import count_attempt, forgive_attempt
from tests.model.entries import ZERO, person
from tests.model.sales import Backed, Order, Sale, settle_payment, settle_returns
from tests.model.shop import REFERRAL
from tests.model.world import Referral, World
from tests.wallets import Row


def show_code(world: World, user_id: UUID) -> Row:
    """Return what a user's referral code has earned."""
    world.accounts[user_id].settle()
    earned = [
        backed.grant.amount - backed.taken
        for sale in world.sales
        for backed in sale.backed
        if backed.is_reward and backed.account.id == user_id != sale.order.account_id
    ]
    return {
        "referred": sum(it.referrer_id == user_id for it in world.referrals.values()),
        "rewarded": sum(amount > 0 for amount in earned),
        "credits_earned": sum(earned, ZERO),
    }


def claim(world: World, user_id: UUID, referrer_id: UUID | None) -> Row:
    """Say who has referred a user (None: nobody has such a code); a refusal is an answer."""
    account = world.accounts[user_id]
    account.settle()
    count_attempt(world, user_id)
    answer = {"ok": False, "message": None, "credits": None, "balance": None}
    emails = world.emails
    if referrer_id is None or person(emails[referrer_id]) == person(emails[user_id]):
        return answer | {"message": "referral_code_invalid"}
    forgive_attempt(world, user_id)
    if problem := find_problem(world, user_id, referrer_id):
        return answer | {"message": problem}
    if user_id not in world.referrals:
        world.referrals[user_id] = Referral(referrer_id, shares_card(world, user_id, referrer_id))
    reward = Decimal(REFERRAL["referee_credits"])
    return answer | {"ok": True, "credits": reward, "balance": account.balance}


def find_problem(world: World, user_id: UUID, referrer_id: UUID) -> str | None:
    """Tell why somebody cannot be referred by an account."""
    if user_id in world.referrals:
        is_same = world.referrals[user_id].referrer_id == referrer_id
        return None if is_same else "already_referred"
    if any(sale.order.account_id == user_id for sale in world.sales):
        return "already_purchased"
    ancestor: UUID | None = referrer_id
    while ancestor in world.referrals:
        ancestor = world.referrals[ancestor].referrer_id
        if ancestor == user_id:
            return "referral_cycle"
    who = person(world.emails[user_id])
    is_first = world.referred.setdefault(who, user_id) == user_id
    return None if is_first else "already_referred"


def pay(world: World, order: Order, payment_id: str) -> Sale:
    """Take in the payment of an order, and reward who has referred the payer."""
    settle_payer(world, order.account_id)
    payer = world.accounts[order.account_id]
    sale = settle_payment(order, payer, payment_id)
    world.sales.append(sale)
    referral = world.referrals.get(payer.id)
    is_enough = sale.paid_cents >= REFERRAL["minimum_cents"]
    if referral and referral.sale is None and not referral.is_void and is_enough:
        referral.sale = sale
        reward(sale, payer, payer.id, REFERRAL["referee_credits"])
        rewarded = [
            it
            for it in world.referrals.values()
            if it.sale and it.referrer_id == referral.referrer_id
        ]
        if len(rewarded) <= REFERRAL["maximum_rewards"]:
            referrer = world.accounts[referral.referrer_id]
            reward(sale, referrer, payer.id, REFERRAL["referrer_credits"])
    return sale


def reward(sale: Sale, account: Account, referee_id: UUID, credits_: int) -> None:
    """Grant one side's reward, for which the payment stands."""
    account.settle()
    reference = f"referral:{referee_id}"
    id_ = account.grant("referral", Decimal(credits_), reference=reference)
    sale.backed.append(Backed(account, account.grants[id_], reference, is_reward=True))


def settle_payer(world: World, account_id: UUID) -> None:
    """Settle who pays, and who has referred the payer."""
    world.accounts[account_id].settle()
    if referral := world.referrals.get(account_id):
        world.accounts[referral.referrer_id].settle()


def note_card(world: World, account: Account, fingerprint: str) -> bool:
    """Note a card that has paid: who refers with the same earns nothing. Tell if it is news."""
    if (account.id, fingerprint) in world.cards:
        return False
    mine = {
        referee_id: it
        for referee_id, it in world.referrals.items()
        if account.id in (referee_id, it.referrer_id) and not it.is_void
    }
    account.settle()
    for referee_id, it in mine.items():
        world.accounts[referee_id].settle()
        world.accounts[it.referrer_id].settle()
    world.cards.add((account.id, fingerprint))
    for referee_id, it in mine.items():
        if shares_card(world, referee_id, it.referrer_id):
            it.is_void = True
            if it.sale:
                it.sale.has_void_rewards = True
                settle_returns(it.sale)
    return True


def shares_card(world: World, first_id: UUID, second_id: UUID) -> bool:
    """Tell whether two accounts have paid with the same card."""
    cards = [{card for id_, card in world.cards if id_ == owner} for owner in (first_id, second_id)]
    return bool(cards[0] & cards[1])
