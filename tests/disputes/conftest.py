"""A team with one person of each role, and two administrators."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.disputes.disputing import administrator
from tests.support import Connection
from tests.teams.people import Team, make_team
from tests.wallets import use_catalog


@pytest.fixture
def team(db: Connection) -> Team:
    """A team of four with 1000 bonus credits, and a stranger."""
    use_catalog(db)
    return make_team(db)


@pytest.fixture
def first(db: Connection) -> UUID:
    """An administrator."""
    return administrator(db)


@pytest.fixture
def second(db: Connection) -> UUID:
    """Another administrator."""
    return administrator(db)
