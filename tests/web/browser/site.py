"""The pages on a local stack of their own, the people who use them, and Chromium."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from playwright.sync_api import Browser, StorageState

from scripts.dev.demo import add_demo_users
from scripts.dev.main_job import MainJob
from scripts.dev.shopper import Shopper
from scripts.dev.stack import Stack, User
from scripts.dev.story import Story

KEPT = "sb-127-auth-token"  # where supabase-js keeps the session of a server at 127.0.0.1
PASSWORD = "correct horse battery"
SECONDS = 30


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in; ``label`` is on the button that does it, "" where there is none."""

    id: UUID
    email: str
    password: str = PASSWORD
    label: str = ""


class Site:
    """The pages of a running stack.

    Attributes:
        stack: what they run on.
        browser: the one that all tests share.
        user: who has a history: purchases, charges, a dispute.
        zoe, admin, second: a user without one, and two administrators.
    """

    def __init__(self, stack: Stack, browser: Browser) -> None:
        job = MainJob(stack, Story(write=lambda _: None))
        job.play()
        stack.demo_users += add_demo_users(stack.auth, stack.database_url, job.user.email)
        self.stack = stack
        self.browser = browser
        self._sessions: dict[UUID, dict[str, Any]] = {}
        self.zoe, self.admin, self.second, self.user = (
            Person(self._find(it.email), it.email, it.password, it.label) for it in stack.demo_users
        )

    @property
    def url(self) -> str:
        """Where the pages are."""
        assert self.stack.pages_url
        return self.stack.pages_url

    def newcomer(self, name: str = "new", **metadata: Any) -> Person:
        """Sign somebody up, with what the plan gives to begin with."""
        email = f"{name}.{uuid4().hex[:6]}@example.com"
        users = self.stack.auth.users
        user = users.add(email, metadata=metadata)
        users.set_password(user.id, PASSWORD)
        return Person(user.id, email)

    def call(self, person: Person, function: str, /, **arguments: Any) -> Any:
        """Call a function of the database as a person, outside the browser."""
        response = httpx.post(
            f"{self.stack.url}/rest/v1/rpc/{function}",
            json=arguments,
            headers={
                "apikey": self.stack.keys.anon,
                "Authorization": f"Bearer {self._session(person)['access_token']}",
            },
            timeout=SECONDS,
        )
        assert response.is_success, response.text
        return response.json()

    def buy(self, person: Person) -> None:
        """Buy a pack."""
        user = User(person.id, person.email, self._session(person)["access_token"])
        Shopper(self.stack, Story(write=lambda _: None), user).buy({"package": "small"})

    def signed_in(self, person: Person) -> StorageState:
        """Return what a browser keeps of a person who has signed in before."""
        session = json.dumps(self._session(person))
        return {
            "origins": [{"origin": self.url, "localStorage": [{"name": KEPT, "value": session}]}]
        }

    def _session(self, person: Person) -> dict[str, Any]:
        """Return the session of a person, who signs in the first time."""
        if person.id not in self._sessions:
            self._sessions[person.id] = self._sign_in(person)
        return self._sessions[person.id]

    def _sign_in(self, person: Person) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.stack.url}/auth/v1/token?grant_type=password",
            json={"email": person.email, "password": person.password},
            headers={"apikey": self.stack.keys.anon},
            timeout=SECONDS,
        )
        session: dict[str, Any] = answer.raise_for_status().json()
        return session

    def _find(self, email: str) -> UUID:
        found = self.stack.auth.users.find(email)
        assert found is not None
        return found.id


def number(text: str | None) -> float:
    """Return the first number in a text, such as 1,234.5 credits."""
    found = re.search(r"-?[\d,]+(\.\d+)?", text or "")
    assert found, f"there is no number in {text!r}"
    return float(found[0].replace(",", ""))
