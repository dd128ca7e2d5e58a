"""One bonus per person: welcome credits and a free allowance once per address, however spelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.identities.people import (
    ALLOWANCE,
    BONUS,
    OTHER,
    SAME,
    WELCOME,
    become_person,
    credits_of,
    delete,
    give_free_credits,
    sign_up_both,
)
from tests.support import Connection, as_user, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    history,
    use_catalog,
    with_plan,
)


@pytest.fixture(autouse=True)
def _free_credits(db: Connection) -> None:
    give_free_credits(db)


@pytest.mark.parametrize("pair", SAME)
@pytest.mark.parametrize("turned", [False, True])
def test_spellings_of_one_address_get_one_bonus(
    db: Connection, pair: tuple[str, str], turned: bool
) -> None:
    assert sign_up_both(db, pair[::-1] if turned else pair) == [BONUS, 0]


@pytest.mark.parametrize("pair", OTHER)
def test_other_addresses_are_other_people(db: Connection, pair: tuple[str, str]) -> None:
    assert sign_up_both(db, pair) == [BONUS, BONUS]


def test_the_second_account_is_an_account_like_any_other(db: Connection) -> None:
    sign_up(db, "ada@example.org")
    user_id = sign_up(db, "ada+1@example.org")
    with as_user(db, user_id):
        shown = call(db, "get_credit_balance")
    assert (shown["plan"], shown["status"], shown["balance"]) == ("free", "active", 0)
    add(db, user_id, 10, "purchase")
    assert deduct(db, user_id, 3)["balance"] == 7
    assert change_plan(db, user_id, "basic")["new_plan"] == "basic"


def test_the_allowance_never_comes_to_the_second_account(db: Connection) -> None:
    first, second = sign_up(db, "ada@example.org"), sign_up(db, "ada+1@example.org")
    for months in ("1 month", "2 months", "3 months"):
        db.execute(f"select reset_monthly_credits(now() + interval '{months}')".encode())
    db.execute("select run_credit_maintenance(now() + interval '4 months')")
    assert [row["type"] for row in history(db, first)].count("allowance") > 1
    assert history(db, second) == []


def test_a_free_plan_left_and_come_back_to_gives_nothing(db: Connection) -> None:
    sign_up(db, "ada@example.org")
    user_id = sign_up(db, "ada+1@example.org")
    for plan in ("capped", "free", "pro", "free"):
        change_plan(db, user_id, plan)
    assert [row["amount"] for row in history(db, user_id) if row["amount"]] == []


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("again", ["ada@example.org", "ada+2@example.org"])
def test_who_deletes_the_user_and_signs_up_again_gets_nothing(
    db: Connection, soft: bool, again: str
) -> None:
    first = sign_up(db, "ada@example.org")
    deduct(db, first, BONUS)
    delete(db, first, soft=soft)
    assert credits_of(db, sign_up(db, again)) == 0


def test_the_address_left_for_another_one_stays_known(db: Connection) -> None:
    first = sign_up(db, "ada@example.org")
    db.execute("update auth.users set email = 'ada@example.com' where id = %s", [first])
    assert credits_of(db, first) == BONUS
    assert credits_of(db, sign_up(db, "ada@example.org")) == 0


def test_an_anonymous_user_gets_the_bonus_with_the_address(db: Connection) -> None:
    user_id = sign_up(db, is_anonymous=True)
    assert credits_of(db, user_id) == 0
    become_person(db, user_id, "ada@example.org")
    assert credits_of(db, user_id) == BONUS
    assert credits_of(db, sign_up(db, "ada+1@example.org")) == 0


def test_an_anonymous_user_of_a_known_address_gets_nothing(db: Connection) -> None:
    sign_up(db, "ada@example.org")
    for number in range(5):
        user_id = sign_up(db, is_anonymous=True)
        become_person(db, user_id, f"ada+{number}@example.org")
        assert (credits_of(db, user_id), balance_of(db, user_id)["plan"]) == (0, "free")


def test_an_administrator_may_give_to_the_second_account_all_the_same(db: Connection) -> None:
    sign_up(db, "ada@example.org")
    user_id = sign_up(db, "ada+1@example.org")
    add(db, user_id, 50, "bonus")
    assert credits_of(db, user_id) == 50


@pytest.mark.parametrize("email", [None, "", " ", "ada"])
def test_people_without_an_address_are_told_by_their_user(db: Connection, email: Any) -> None:
    users = [sign_up(db, email) for _ in range(3)]
    assert [credits_of(db, user_id) for user_id in users] == [BONUS] * 3


@pytest.mark.parametrize(
    "email",
    ["@", "@example.org", "+1@example.org", "ada@", "a@b@example.org", ".@gmail.com", " @x "],
)
def test_strange_addresses_sign_up_like_others(db: Connection, email: str) -> None:
    assert credits_of(db, sign_up(db, email)) == BONUS
    assert credits_of(db, sign_up(db, email)) == 0


def test_paid_plans_give_what_they_give_whoever_it_is(db: Connection) -> None:
    sign_up(db, "ada@example.org")
    user_id = sign_up(db, "ada+1@example.org")
    use_catalog(db, with_plan("basic", price_cents=999, billing_interval="month"))
    assert change_plan(db, user_id, "basic")["granted"] == 100


def test_who_signed_up_before_there_was_a_catalog_is_known_all_the_same(db: Connection) -> None:
    use_catalog(db, with_plan("free", code="trial"))
    users = [sign_up(db, "ada@example.org"), sign_up(db, "ada+1@example.org")]
    give_free_credits(db)
    assert call(db, "grant_initial_credits") == 2
    assert sorted(credits_of(db, user_id) for user_id in users) == [0, BONUS]
    assert call(db, "grant_initial_credits") == 0


def test_the_welcome_credits_of_a_higher_plan_come_once_per_person(db: Connection) -> None:
    """The first account may top its welcome credits up; the second has none to top up."""
    first, second = sign_up(db, "ada@example.org"), sign_up(db, "ada+1@example.org")
    assert change_plan(db, first, "pro")["granted"] == 10 - WELCOME
    assert change_plan(db, second, "pro")["granted"] == 0


def test_the_applications_own_users_are_told_by_their_address_too(db: Connection) -> None:
    def open_account(number: int, email: str | None) -> UUID:
        account_id: UUID = call(
            db, "open_credit_account", external_id=f"customer {number}", email=email
        )
        return account_id

    assert credits_of(db, open_account(1, "ada@example.org")) == BONUS
    assert credits_of(db, open_account(2, "ada+1@example.org")) == 0
    assert credits_of(db, open_account(3, None)) == BONUS
    assert credits_of(db, sign_up(db, "ADA@example.org")) == 0


def test_a_renewal_goes_on_for_the_first_account_after_the_second_came(db: Connection) -> None:
    first = sign_up(db, "ada@example.org")
    sign_up(db, "ada+1@example.org")
    deduct(db, first, BONUS)
    db.execute("select reset_monthly_credits(now() + interval '32 days')")
    assert credits_of(db, first) == ALLOWANCE


def test_a_first_plan_by_the_back_end_is_claimed_like_any_other(db: Connection) -> None:
    use_catalog(db, with_plan("free", code="trial"))
    users = [sign_up(db, email) for email in ("ada@example.org", "ada+1@example.org")]
    assert [change_plan(db, user_id, "pro")["granted"] for user_id in users] == [10, 0]


def test_an_address_is_trimmed_of_what_does_not_tell_people_apart(db: Connection) -> None:
    assert sign_up_both(db, (" ada@example.org ", "ada@example.org")) == [BONUS, 0]
