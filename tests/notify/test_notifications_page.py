"""The page docs/notifications.md: its lists are complete, and its examples are answered so."""

from __future__ import annotations

import json
import re

from scripts.catalog import apply
from scripts.migrations import ROOT
from tests.notify.endpoints import Receiver
from tests.notify.notifying import Desk, put
from tests.notify.test_retries import BACK_OFF
from tests.notify.topics import OPERATORS_TOPICS, PAYLOADS, TOPICS
from tests.pricing.pages import blocks, codes, dead_links, queries, read_page, table
from tests.support import Connection, as_user, sign_up

PAGE = read_page("notifications.md")
SETTINGS = re.compile(r'"((?:CREDITS|SMTP)_\w+)"')


def test_the_table_has_every_topic_and_who_is_told() -> None:
    told = {codes(row[0])[0]: row[2] for row in table(PAGE, "topic")}
    assert told.keys() == TOPICS
    assert {topic for topic, whom in told.items() if whom == "operators"} == OPERATORS_TOPICS


def test_the_environment_is_what_the_command_reads() -> None:
    read = set(SETTINGS.findall((ROOT / "edge/notify_config.py").read_text()))
    named = {codes(row[0])[0] for row in table(PAGE, "name")}
    assert named == read | {"CREDITS_DATABASE_URL"}
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named <= example


def test_the_example_answers_what_stands_below_it(db: Connection) -> None:
    (query,) = queries(PAGE)
    apply(db, ROOT / query.catalog)
    with as_user(db, sign_up(db)):
        answer = db.execute(query.text.encode()).fetchone()
    assert answer == (json.loads(blocks(PAGE, "json")[0]),)


def test_the_endpoint_is_told_in_the_form_of_the_example(hooked: Desk, receiver: Receiver) -> None:
    example = json.loads(blocks(PAGE, "json")[1])
    assert example["data"].keys() == PAYLOADS["gift"].keys()
    put(hooked.conn, "gift", example["data"], example["account_id"])
    hooked.run()
    (call,) = receiver.calls
    told = json.loads(call.body)
    assert list(told) == list(example)
    assert {**told, "timestamp": ""} == {**example, "timestamp": ""}


def test_the_pauses_are_those_of_the_tests() -> None:
    assert BACK_OFF == [1, 5, 30, 120, 360, 1440, 1440]
    text = " ".join(PAGE.split())
    assert (
        "after 1 minute, 5 minutes, 30 minutes, 2 hours, 6 hours, and twice after 24 hours" in text
    )


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
