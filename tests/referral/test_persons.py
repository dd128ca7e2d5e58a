"""One person is referred and rewarded once, under whatever address, also after a deletion."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.identities.people import SAME, delete
from tests.referral.referring import (
    ALL_OF_IT,
    CREDITS,
    REFEREE,
    REFERRER,
    bought,
    claim,
    code_of,
    has,
    person,
    refer,
    rewards,
)
from tests.returns.sales import buy, paid, tell
from tests.support import Connection, sign_up


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


@pytest.mark.parametrize("pair", SAME)
def test_a_second_account_of_one_person_earns_nothing(
    shop: Connection, ann: UUID, pair: tuple[str, str]
) -> None:
    first, second = (sign_up(shop, email) for email in pair)
    bought(shop, refer(shop, ann, first))
    claim(shop, second, code_of(shop, ann))
    bought(shop, second)
    assert has(shop, first) == (CREDITS + REFEREE, 0)
    assert has(shop, second) == (CREDITS, 0)
    assert rewards(shop, ann) == [REFERRER]


@pytest.mark.parametrize("soft", [False, True])
def test_who_comes_back_earns_nothing(shop: Connection, ann: UUID, soft: bool) -> None:
    first = sign_up(shop, "bob@example.org")
    bought(shop, refer(shop, ann, first))
    delete(shop, first, soft=soft)
    again = sign_up(shop, "bob@example.org")
    claim(shop, again, code_of(shop, ann))
    bought(shop, again)
    assert has(shop, again) == (CREDITS, 0)
    assert rewards(shop, ann) == [REFERRER]


def test_a_purchase_of_a_deleted_referee_is_still_credited(shop: Connection, ann: UUID) -> None:
    bob = refer(shop, ann)
    purchase = buy(shop, bob, "plain")
    delete(shop, bob)
    assert tell(shop, purchase, paid(purchase)) == ["applied"]
    assert tell(shop, purchase, ALL_OF_IT) == ["applied"]
    assert has(shop, ann) == (0, 0)


def test_a_deleted_referrer_harms_no_purchase(shop: Connection, ann: UUID) -> None:
    bob = refer(shop, ann)
    delete(shop, ann)
    bought(shop, bob)
    assert has(shop, bob) == (CREDITS + REFEREE, 0)
