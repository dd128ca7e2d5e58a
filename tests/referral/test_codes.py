"""``get_referral_code``: everybody has one code, and sees what it has earned."""

from __future__ import annotations

import re
from uuid import UUID

import psycopg
import pytest

from tests.referral.referring import (
    ALL_OF_IT,
    REFERRER,
    bought,
    claim,
    code_of,
    person,
    refer,
    referral_of,
)
from tests.returns.sales import tell
from tests.support import Connection, as_anon, as_service
from tests.wallets import call, refused


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


def test_a_code_is_made_when_it_is_first_asked_for(shop: Connection, ann: UUID) -> None:
    assert shop.execute("select count(*) from credits.referral_codes").fetchone() == (0,)
    found = referral_of(shop, ann)
    assert re.fullmatch("[A-Z0-9]{8}", found["code"])
    assert found["url_suffix"] == f"?ref={found['code']}"
    assert (found["referred"], found["rewarded"], found["credits_earned"]) == (0, 0, 0)


def test_it_stays_the_same(shop: Connection, ann: UUID) -> None:
    assert referral_of(shop, ann) == referral_of(shop, ann)


def test_everybody_has_another_one(shop: Connection) -> None:
    codes = {code_of(shop, person(shop)) for _ in range(20)}
    assert len(codes) == 20


def test_it_tells_what_it_has_earned(shop: Connection, ann: UUID) -> None:
    first, second = refer(shop, ann), refer(shop, ann)
    found = referral_of(shop, ann)
    assert (found["referred"], found["rewarded"], found["credits_earned"]) == (2, 0, 0)
    bought(shop, first)
    found = referral_of(shop, ann)
    assert (found["referred"], found["rewarded"], found["credits_earned"]) == (2, 1, REFERRER)
    bought(shop, second)
    assert referral_of(shop, ann)["credits_earned"] == 2 * REFERRER


def test_what_was_taken_back_is_not_earned(shop: Connection, ann: UUID) -> None:
    tell(shop, bought(shop, refer(shop, ann)), ALL_OF_IT)
    assert referral_of(shop, ann)["credits_earned"] == 0


def test_it_tells_nothing_of_who_was_referred(shop: Connection, ann: UUID) -> None:
    refer(shop, ann)
    assert set(referral_of(shop, ann)) == {
        "code", "url_suffix", "referred", "rewarded", "credits_earned",
    }  # fmt: skip


def test_only_a_signed_in_user_has_one(shop: Connection, ann: UUID) -> None:
    code = code_of(shop, ann)
    for function, arguments in (("get_referral_code", {}), ("claim_referral_code", {"code": code})):
        for caller in (as_anon, as_service):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                shop.transaction(),
                caller(shop),
            ):
                call(shop, function, **arguments)


def test_a_deleted_user_has_none(shop: Connection, ann: UUID) -> None:
    shop.execute("update auth.users set deleted_at = now() where id = %s", [ann])
    with refused(shop, "42501", "user_unknown"):
        referral_of(shop, ann)
    with refused(shop, "42501", "user_unknown"):
        claim(shop, ann, "ABCDEFGH")
