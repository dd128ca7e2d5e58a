"""A balance that moves elsewhere is shown by Realtime: what supabase-js says, and what it is told.

What Supabase's Realtime does between the database and a browser is done here: a page joins a
channel over a socket, and what the database has broadcast on it goes to the page.
"""

from __future__ import annotations

import json
from typing import Any

import psycopg
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Person, Site, number

# As Supabase has it, without its partitions.
SEND = """
create or replace function realtime.send(
    payload jsonb, event text, topic text, private boolean default true
) returns void language sql as $$
    insert into realtime.messages (topic, extension, payload, event, private)
    values ($3, 'broadcast', $1, $2, $4)
$$
"""


class Realtime:
    """The socket of one page.

    Attributes:
        joined: by topic, what the page said when it joined.
    """

    def __init__(self) -> None:
        self.joined: dict[str, dict[str, Any]] = {}

    def accept(self, socket: WebSocketRoute) -> None:
        """Answer a page; frames are ``[join_ref, ref, topic, event, payload]``."""
        self._socket = socket
        socket.on_message(self._hear)

    def tell(self, topic: str, event: str, payload: dict[str, Any]) -> None:
        """Broadcast to the page."""
        content = {"type": "broadcast", "event": event, "payload": payload}
        self._socket.send(json.dumps([None, None, f"realtime:{topic}", "broadcast", content]))

    def _hear(self, message: str | bytes) -> None:
        join_ref, ref, topic, event, payload = json.loads(message)
        if event == "phx_join":
            self.joined[topic.removeprefix("realtime:")] = payload
        answer = {"status": "ok", "response": {}}
        self._socket.send(json.dumps([join_ref, ref, topic, "phx_reply", answer]))


def broadcasts(site: Site, person: Person) -> list[tuple[str, str, dict[str, Any], bool]]:
    """Let maintenance tell what has moved, and return what is meant for a person's channel."""
    query = "select topic, event, payload, private from realtime.messages where topic = %s"
    with psycopg.connect(site.stack.database_url) as conn:
        conn.execute(SEND)
        conn.execute("delete from realtime.messages")
        conn.execute("select credits.roll_up(1000)")
        return conn.execute(query, [f"credits:{person.id}"]).fetchall()


def test_a_charge_elsewhere_is_shown_when_the_database_tells_of_it(
    site: Site, window: OpenWindow
) -> None:
    def with_realtime(route: Route) -> None:
        config = route.fetch().json()
        route.fulfill(json=config | {"isLive": True})

    person, realtime = site.newcomer("live"), Realtime()
    looked = window(person)
    looked.page.route("**/config.json", with_realtime)
    looked.page.route_web_socket("**/realtime/v1/websocket*", realtime.accept)
    page = looked.open("/history")
    topic = f"credits:{person.id}"
    assert realtime.joined.keys() == {topic}
    assert realtime.joined[topic]["config"]["private"] is True
    assert realtime.joined[topic]["access_token"].count(".") == 2

    shown = page.get_by_role("banner").get_by_role("strong")
    before = number(shown.text_content())
    charge = site.call(person, "use_credits", service="query", key="elsewhere")
    (told,) = broadcasts(site, person)
    assert told[1:] == ("balance", told[2] | {"balance": charge["balance"]}, True)
    realtime.tell(*told[:3])
    expect(shown).to_have_text(f"{before - charge['cost']:g}")
    expect(page.get_by_role("row").filter(has_text="Query")).to_have_count(1)
