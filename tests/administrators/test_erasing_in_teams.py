"""What a person wrote and was told in a team goes with the person; what others did there stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import administrator
from tests.administrators.erasing import erase, traces
from tests.disputes.disputing import NOTE, resolve, stored, submit
from tests.events.shop import rows
from tests.support import Connection
from tests.teams.people import create, join, person
from tests.usage.charges import charge
from tests.wallets import Row, add

WORDS = "i am jane roe, call me at 555-0100"
ANSWER = "dear jane roe, sorry"
ADDRESS = "jane.roe@example.com"


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def owner(db: Connection) -> UUID:
    return person(db, "owner")


@pytest.fixture
def team(db: Connection, owner: UUID) -> UUID:
    """A team with 100 credits."""
    team_id = create(db, owner)
    add(db, team_id, 100)
    return team_id


@pytest.fixture
def jane(db: Connection, owner: UUID, team: UUID) -> UUID:
    """A member of the team."""
    user_id = person(db, "jane.roe")
    join(db, team, owner, user_id)
    return user_id


def disputes(conn: Connection, user_id: UUID, account_id: UUID, note: str | None) -> Row:
    """Let somebody spend and dispute it in an account; it is answered where there is a note."""
    spent = charge(conn, account_id, 10, user_id=user_id)
    filed = submit(conn, user_id, spent, account_id=account_id, description=WORDS)
    if note is not None:
        resolve(conn, filed, note=note)
    conn.execute("select credits.claim_notices('email', '{ops@example.com}', 1000, 60)")
    return filed


def texts(conn: Connection, dispute: Row) -> tuple[Any, Any]:
    found = stored(conn, dispute)
    return found["description"], found["resolution"]


def told_of(conn: Connection, dispute: Row) -> list[Row]:
    """Return the notices of a dispute, each with how many deliveries of it are planned."""
    query = """
        select o.id, o.topic, count(d) as deliveries
        from credits.outbox as o
        left join credits.deliveries as d on o.id = d.notice_id
        where o.payload ->> 'dispute_id' = %s
        group by o.id
        order by o.id
    """
    return rows(conn, query, str(dispute["id"]))


def test_the_words_and_the_notices_of_disputes_go(
    db: Connection, admin: UUID, team: UUID, jane: UUID
) -> None:
    answered, waiting = disputes(db, jane, team, ANSWER), disputes(db, jane, team, None)
    assert {"disputes", "deliveries"} <= traces(db, WORDS, ADDRESS).keys()
    assert {"disputes", "outbox"} <= traces(db, ANSWER).keys()
    erase(db, admin, jane)
    assert traces(db, WORDS, ADDRESS) == {}
    assert traces(db, ANSWER).keys() == {"audit_log", "transactions"}  # administrators' reasons
    assert texts(db, answered) == ("erased", "erased")
    assert texts(db, waiting) == ("erased", None)
    assert told_of(db, answered) == told_of(db, waiting) == []
    assert stored(db, answered)["refunded"] == 10
    assert "outbox" not in traces(db, str(jane))


def test_those_of_the_others_in_the_team_stay(
    db: Connection, admin: UUID, owner: UUID, team: UUID, jane: UUID
) -> None:
    theirs = disputes(db, owner, team, NOTE)
    notices = told_of(db, theirs)
    assert [(it["topic"], it["deliveries"] > 0) for it in notices] == [
        ("dispute_submitted", True), ("dispute", True),
    ]  # fmt: skip
    disputes(db, jane, team, ANSWER)
    erase(db, admin, jane)
    assert texts(db, theirs) == (WORDS, NOTE)
    assert told_of(db, theirs) == notices


def test_an_erased_team_takes_nothing_that_its_founder_wrote_elsewhere(
    db: Connection, admin: UUID, owner: UUID, team: UUID
) -> None:
    other = create(db, owner, "Hut")
    for account_id in (owner, other):
        add(db, account_id, 100)
    kept = [disputes(db, owner, it, NOTE) for it in (owner, other)]
    gone = disputes(db, owner, team, NOTE)
    erase(db, admin, team)
    assert [texts(db, it) for it in kept] == [(WORDS, NOTE)] * 2
    assert all(told_of(db, it) for it in kept)
    assert (texts(db, gone), told_of(db, gone)) == (("erased", "erased"), [])
