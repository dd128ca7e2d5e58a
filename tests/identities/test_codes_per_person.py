"""A code that grants credits is used so often per person, not per account."""

from __future__ import annotations

import pytest

from tests.codes.redeeming import INVALID, attempts, credit_code, redeem
from tests.identities.people import OTHER, SAME, become_person, delete
from tests.support import Connection, sign_up


@pytest.mark.parametrize("pair", SAME)
def test_a_person_redeems_a_code_once_under_all_addresses(
    db: Connection, pair: tuple[str, str]
) -> None:
    credit_code(db)
    first, second = (sign_up(db, email) for email in pair)
    assert redeem(db, first)["ok"]
    assert redeem(db, second) == INVALID
    assert attempts(db, second) == 1


@pytest.mark.parametrize("pair", OTHER)
def test_other_people_redeem_it_each(db: Connection, pair: tuple[str, str]) -> None:
    credit_code(db)
    assert all(redeem(db, sign_up(db, email))["ok"] for email in pair)


def test_another_code_is_another_bonus(db: Connection) -> None:
    credit_code(db)
    credit_code(db, "SECOND")
    first, second = sign_up(db, "ada@example.org"), sign_up(db, "ada+1@example.org")
    assert redeem(db, first)["ok"]
    assert redeem(db, second, "SECOND")["ok"]
    assert redeem(db, first, "SECOND") == INVALID


@pytest.mark.parametrize("soft", [False, True])
def test_who_deletes_the_user_cannot_redeem_it_again(db: Connection, soft: bool) -> None:
    credit_code(db)
    first = sign_up(db, "ada@example.org")
    assert redeem(db, first)["ok"]
    delete(db, first, soft=soft)
    assert redeem(db, sign_up(db, "ada@example.org")) == INVALID


def test_a_person_without_an_address_redeems_once_too(db: Connection) -> None:
    credit_code(db)
    users = [sign_up(db) for _ in range(2)]
    assert [redeem(db, user_id)["ok"] for user_id in users * 2] == [True, True, False, False]


def test_an_anonymous_user_redeems_no_code(db: Connection) -> None:
    """Anonymous users cost nothing to make: each would be a new person."""
    credit_code(db)
    user_id = sign_up(db, is_anonymous=True)
    assert redeem(db, user_id) == INVALID
    become_person(db, user_id, "ada@example.org")
    assert redeem(db, user_id)["ok"]
