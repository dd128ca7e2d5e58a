"""The events that an endpoint is asked to send are those that the rules know."""

from __future__ import annotations

import re

from edge.events import EVENT_TYPES
from scripts.migrations import Tree

DISPATCH = Tree().root / "sql/functions/stripe/settle_stripe_event.sql"
EVENT_TYPE = re.compile(r"'((?:[a-z_]+\.)+[a-z_]+)'")


def test_the_edge_and_the_rules_know_the_same_events() -> None:
    assert set(EVENT_TYPES) == set(EVENT_TYPE.findall(DISPATCH.read_text()))


def test_the_list_is_in_order_and_has_each_event_once() -> None:
    assert list(EVENT_TYPES) == sorted(set(EVENT_TYPES))
