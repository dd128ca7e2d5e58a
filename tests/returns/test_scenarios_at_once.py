"""Every scenario has one ending when three workers deliver all its events at once."""

from __future__ import annotations

from functools import partial
from random import Random
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import count_deadlocks, run_at_once, seeded_random
from tests.events.payloads import Json
from tests.events.shop import tell
from tests.returns.endings import came_of
from tests.returns.sales import maintain, open_events, open_shop
from tests.returns.scenarios import SCENARIOS
from tests.support import Connection

WORKERS = 3
GROUPS = 4
NAMES = list(SCENARIOS)


@pytest.mark.parametrize("group", range(GROUPS))
def test_scenarios_have_one_ending_when_all_is_told_at_once(fresh_db: str, group: int) -> None:
    random = seeded_random()
    names = NAMES[group::GROUPS]
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        stories = {name: SCENARIOS[name][0](conn) for name in names}
    for story in stories.values():
        jobs = [partial(deliver, events=shuffled(random, story.events)) for _ in range(WORKERS)]
        states = set().union(*run_at_once(fresh_db, jobs, "credits_edge"))
        assert not states & {"failed", "quarantined"}
    with psycopg.connect(fresh_db) as conn:
        maintain(conn)
        assert open_events(conn) == []
        endings = {name: ending_of(conn, story.account_id) for name, story in stories.items()}
    assert endings == {name: SCENARIOS[name][1] for name in names}
    assert count_deadlocks(fresh_db) == 0


def shuffled(random: Random, events: list[Json]) -> list[Json]:
    """Return the events twice, in an order of their own."""
    return random.sample([*events, *events], 2 * len(events))


def deliver(conn: Connection, events: list[Json]) -> set[str]:
    """Deliver events as the edge does, one transaction each; return their states."""
    return {tell(conn, told) for told in events}


def ending_of(conn: Connection, account_id: UUID) -> object:
    """Return how the story of an account ended."""
    return came_of(conn, account_id)[1]
