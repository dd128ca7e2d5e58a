"""``claim_referral_code``: once, before the first purchase, and never in a circle."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest

from tests.billing.purchases import open_order
from tests.events.shop import rows
from tests.referral.referring import (
    ALL_OF_IT,
    REFEREE,
    bought,
    claim,
    code_of,
    has,
    open_shop,
    person,
    refer,
    referrals,
    refused_claim,
    rewards,
    shop_of,
)
from tests.returns.sales import tell
from tests.support import Connection, sign_up
from tests.wallets import refused, use_catalog


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


@pytest.fixture
def bob(shop: Connection) -> UUID:
    return person(shop, "bob")


def test_a_claim_refers_and_gives_nothing_yet(shop: Connection, ann: UUID, bob: UUID) -> None:
    answer = claim(shop, bob, code_of(shop, ann))
    assert (answer["ok"], answer["message"], answer["credits"]) == (True, None, REFEREE)
    (found,) = referrals(shop, ann)
    assert (found["referee_id"], found["payment_id"], found["is_void"]) == (bob, None, False)
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (0, 0))


@pytest.mark.parametrize("spell", [str.lower, " {} ".format, "\t{}\n".format])
def test_a_code_is_read_as_people_type_it(
    shop: Connection, ann: UUID, bob: UUID, spell: object
) -> None:
    assert callable(spell)
    assert claim(shop, bob, spell(code_of(shop, ann)))["ok"]


@pytest.mark.parametrize("code", [None, "", "NOBODYS1", "x" * 10000, "'; drop table"], ids=str)
def test_an_unknown_code_is_invalid(shop: Connection, bob: UUID, code: str | None) -> None:
    refused_claim(shop, bob, code, "referral_code_invalid")


def test_nobody_refers_themselves(shop: Connection, ann: UUID) -> None:
    refused_claim(shop, ann, code_of(shop, ann), "referral_code_invalid")


def test_nobody_refers_themselves_under_another_spelling_of_their_email(shop: Connection) -> None:
    """The second account is told apart, but the same person is rewarded for no purchase."""
    ann = sign_up(shop, "ann.lee@gmail.com")
    twin = sign_up(shop, "AnnLee+2@googlemail.com")
    refused_claim(shop, twin, code_of(shop, ann), "referral_code_invalid")


def test_without_a_program_no_code_is_valid(db: Connection) -> None:
    open_shop(db)
    ann, bob = person(db, "ann"), person(db, "bob")
    code = code_of(db, ann)
    use_catalog(db, shop_of(referral=None))
    refused_claim(db, bob, code, "referral_code_invalid")


def test_one_is_referred_once(shop: Connection, ann: UUID, bob: UUID) -> None:
    refer(shop, ann, bob)
    refused_claim(shop, bob, code_of(shop, person(shop)), "already_referred")
    assert [found["referee_id"] for found in referrals(shop, ann)] == [bob]


def test_the_same_claim_again_is_answered_alike(shop: Connection, ann: UUID, bob: UUID) -> None:
    code = code_of(shop, ann)
    before = claim(shop, bob, code), referrals(shop, ann)
    assert (claim(shop, bob, code), referrals(shop, ann)) == before


def test_after_a_purchase_it_is_too_late(shop: Connection, ann: UUID, bob: UUID) -> None:
    bought(shop, bob)
    refused_claim(shop, bob, code_of(shop, ann), "already_purchased")
    bought(shop, bob)
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_after_a_purchase_that_was_refunded_too(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell(shop, bought(shop, bob), ALL_OF_IT)
    refused_claim(shop, bob, code_of(shop, ann), "already_purchased")


def test_an_order_that_is_not_paid_is_no_purchase(shop: Connection, ann: UUID, bob: UUID) -> None:
    open_order(shop, bob, package="plain")
    refer(shop, ann, bob)


@pytest.mark.parametrize("size", [2, 3, 7])
def test_referrals_never_go_in_a_circle(shop: Connection, size: int) -> None:
    people = [person(shop) for _ in range(size)]
    for referrer, referee in pairwise(people):
        refer(shop, referrer, referee)
    last = code_of(shop, people[-1])
    refused_claim(shop, people[0], last, "referral_cycle")
    refer(shop, person(shop), people[0])


def test_a_tree_is_no_circle(shop: Connection, ann: UUID) -> None:
    children = [refer(shop, ann) for _ in range(3)]
    grandchildren = [refer(shop, child) for child in children]
    refused_claim(shop, ann, code_of(shop, grandchildren[1]), "referral_cycle")


def test_an_anonymous_user_is_not_referred(shop: Connection, ann: UUID) -> None:
    ghost = sign_up(shop, is_anonymous=True)
    refused_claim(shop, ghost, code_of(shop, ann), "referral_code_invalid")


def test_wrong_codes_are_counted_and_locked_out(shop: Connection, ann: UUID, bob: UUID) -> None:
    for number in range(10):
        refused_claim(shop, bob, f"WRONG{number:03}", "referral_code_invalid")
    for code in ("WRONG999", code_of(shop, ann)):
        with refused(shop, "PT429", "rate_limited") as detail:
            claim(shop, bob, code)
        assert detail["limit"] == 10
        assert 0 < detail["retry_after_seconds"] <= 3600
    assert rows(shop, "select attempts from credits.code_attempts where user_id = %s", bob) == [
        {"attempts": 10}
    ]
    refer(shop, ann)
    shop.execute("update credits.code_attempts set window_ends_at = now() - interval '1 minute'")
    refer(shop, ann, bob)


def test_known_codes_are_not_counted(shop: Connection, ann: UUID, bob: UUID) -> None:
    code = code_of(shop, person(shop))
    refer(shop, ann, bob)
    for _ in range(12):
        refused_claim(shop, bob, code, "already_referred")
