"""How gifts end that are not accepted: cancelled by the giver, or after 30 days."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.events.shop import moves
from tests.gifts.giving import (
    accept,
    buyer,
    cancel,
    gifts_of,
    has,
    hold_of,
    let_end,
    let_expire,
    nothing_comes_of_it,
    person,
    send,
    state_of,
    worth,
)
from tests.support import Connection, as_service, sign_up
from tests.wallets import add, call, deduct, history, remaining


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return buyer(shop)[0]


@pytest.fixture
def bob(shop: Connection) -> UUID:
    return person(shop, "bob")


def test_a_cancelled_gift_comes_back(shop: Connection, ann: UUID, bob: UUID) -> None:
    before = worth(shop)
    gift = send(shop, ann, bob)
    answer = cancel(shop, ann, gift)
    assert answer["ended_at"] is not None
    assert {**answer, "ended_at": None} == {**gift, "state": "cancelled"}
    assert has(shop, ann) == (100, 0, 0)
    assert remaining(shop, ann) == {1: 100}
    assert moves(shop, ann) == [("purchase", 100)]
    assert worth(shop) == before
    assert hold_of(shop, gift)["state"] == "released"


def test_cancelling_again_is_answered_alike_and_does_nothing(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    gift = send(shop, ann, bob)
    answer = cancel(shop, ann, gift)
    deduct(shop, ann, 100)
    assert cancel(shop, ann, gift) == answer
    assert has(shop, ann) == (0, 0, 0)


def test_only_the_giver_cancels(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    for other in (bob, person(shop, "eve"), sign_up(shop)):
        with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
            cancel(shop, other, gift)
    assert state_of(shop, gift) == "pending"


def test_what_is_accepted_is_not_cancelled(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    accept(shop, bob, gift)
    with nothing_comes_of_it(shop, "PT409", "gift_not_pending") as detail:
        cancel(shop, ann, gift)
    assert detail == {"gift_id": str(gift["id"]), "state": "accepted"}


def test_what_is_cancelled_is_not_accepted(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    cancel(shop, ann, gift)
    with nothing_comes_of_it(shop, "PT409", "gift_not_pending") as detail:
        accept(shop, bob, gift)
    assert detail == {"gift_id": str(gift["id"]), "state": "cancelled"}


def test_a_paused_giver_may_take_it_back(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    shop.execute("update credits.accounts set status = 'paused' where id = %s", [ann])
    cancel(shop, ann, gift)
    assert has(shop, ann) == (100, 0, 0)


def test_each_part_comes_back_to_its_grant(shop: Connection, ann: UUID, bob: UUID) -> None:
    add(shop, ann, 10, "purchase", expires_at="2099-01-01")
    add(shop, ann, 10, "purchase", priority=1)
    gift = send(shop, ann, bob, 45)
    assert remaining(shop, ann) == {1: 75, 2: 0, 3: 0}
    cancel(shop, ann, gift)
    assert remaining(shop, ann) == {1: 100, 2: 10, 3: 10}


def test_what_is_over_is_neither_accepted_nor_cancelled(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    gift = send(shop, ann, bob)
    let_end(shop)
    for user_id, act in ((bob, accept), (ann, cancel)):
        with nothing_comes_of_it(shop, "PT409", "gift_not_pending") as detail:
            act(shop, user_id, gift)
        assert detail == {"gift_id": str(gift["id"]), "state": "expired"}


def test_what_is_over_is_available_before_anything_sweeps(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    send(shop, ann, bob)
    let_end(shop)
    assert has(shop, ann) == (100, 0, 0)
    deduct(shop, ann, 100)
    assert has(shop, ann) == (0, 0, 0)


def test_the_maintenance_ends_what_is_over(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    let_end(shop)
    early = send(shop, buyer(shop)[0], bob, 10)
    with as_service(shop):
        for released in (1, 0):
            done = call(shop, "run_credit_maintenance", at=datetime.now(UTC))
            assert done["released"] == released
    assert (state_of(shop, gift), state_of(shop, early)) == ("expired", "pending")
    assert hold_of(shop, gift)["state"] == "expired"
    assert has(shop, ann) == (100, 0, 0)


def test_the_expiry_of_holds_counts_gifts(shop: Connection, ann: UUID, bob: UUID) -> None:
    gifts = [send(shop, ann, bob, 10) for _ in range(3)]
    let_end(shop)
    with as_service(shop):
        assert call(shop, "release_expired_holds", at=datetime.now(UTC)) == 3
    assert [state_of(shop, gift) for gift in gifts] == ["expired"] * 3
    assert {gift["ended_at"] is None for gift in gifts_of(shop, ann)} == {False}


# Credits that expire while a gift is pending: 60 of 100 are given, of which 20 are over.


@pytest.fixture
def mixed(shop: Connection, ann: UUID, bob: UUID) -> dict[str, object]:
    """A gift of 20 credits that have expired since, and of 40 that never do."""
    add(shop, ann, 20, "purchase", expires_at="2099-01-01")
    gift = send(shop, ann, bob, 60)
    let_expire(shop, ann)
    return gift


def test_an_expired_part_does_not_move(
    shop: Connection, ann: UUID, bob: UUID, mixed: dict[str, object]
) -> None:
    assert has(shop, ann) == (60, 60, 0)
    answer = accept(shop, bob, mixed)
    assert (answer["amount"], answer["state"]) == (40, "accepted")
    assert has(shop, bob) == (40, 0, 0)
    assert has(shop, ann) == (60, 0, 0)
    assert sorted(moves(shop, ann)[2:]) == [("expiry", -20), ("gift_sent", -40)]
    moved = shop.execute("select moved from credits.gifts").fetchall()
    assert moved == [(40,)]
    assert accept(shop, bob, mixed) == answer


def test_an_expired_part_that_comes_back_expires(
    shop: Connection, ann: UUID, bob: UUID, mixed: dict[str, object]
) -> None:
    cancel(shop, ann, mixed)
    assert has(shop, ann) == (100, 0, 0)
    assert moves(shop, ann)[2:] == [("expiry", -20)]
    assert moves(shop, bob) == []


@pytest.mark.usefixtures("mixed")
def test_an_expired_part_goes_with_a_gift_that_is_over(shop: Connection, ann: UUID) -> None:
    let_end(shop)
    assert has(shop, ann) == (100, 0, 0)
    deduct(shop, ann, 1)
    assert has(shop, ann) == (99, 0, 0)
    assert moves(shop, ann)[2:] == [("expiry", -20), ("usage", -1)]


def test_of_a_gift_that_has_expired_wholly_nothing_moves(shop: Connection, bob: UUID) -> None:
    cara = person(shop, "cara")
    add(shop, cara, 20, "purchase", expires_at="2099-01-01")
    gift = send(shop, cara, bob, 20)
    let_expire(shop, cara)
    before = history(shop, bob)
    with nothing_comes_of_it(shop, "PT409", "gift_not_pending"):
        accept(shop, bob, gift)
    assert history(shop, bob) == before
