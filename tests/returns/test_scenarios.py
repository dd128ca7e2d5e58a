"""Every scenario has one ending: in up to 24 orders of its events, with repetitions of them."""

from __future__ import annotations

import pytest

from tests.events.deliveries import undone
from tests.events.shop import tell
from tests.returns.endings import came_of
from tests.returns.sales import open_events, open_shop, some_orders, violations
from tests.returns.scenarios import SCENARIOS
from tests.support import Connection


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_one_ending_in_every_order(db: Connection, name: str) -> None:
    begin, ending = SCENARIOS[name]
    open_shop(db)
    story = begin(db)
    found = []
    for number, order in enumerate(some_orders(story.events)):
        repeated = [*order[: number % len(order) + 1], *order, order[0]]
        with undone(db):
            states = [tell(db, told) for told in repeated]
            assert not {"failed", "quarantined"} & set(states)
            assert open_events(db) == []
            assert violations(db, [story.account_id]) == []
            found.append(came_of(db, story.account_id))
    assert [one for _, one in found] == [ending] * len(found)
    assert [one for one, _ in found] == [found[0][0]] * len(found)
