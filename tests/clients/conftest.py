"""The local stack on a database of the test's own, and a user who signed up in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from supabase import Client, create_client

from scripts.dev.shopper import connect
from scripts.dev.stack import Stack, User


@pytest.fixture
def stack(fresh_db: str) -> Iterator[Stack]:
    with Stack(database_url=fresh_db) as stack:
        yield stack


@pytest.fixture
def ada(stack: Stack) -> User:
    return stack.sign_up("ada@example.com")


@pytest.fixture
def client(stack: Stack, ada: User) -> Client:
    """The client of the user ``ada``."""
    return connect(stack, ada)


@pytest.fixture
def anonymous(stack: Stack) -> Client:
    return connect(stack)


@pytest.fixture
def service(stack: Stack) -> Client:
    return create_client(stack.url, stack.keys.service)
