"""A team with one person of each role, and somebody who is not in it."""

from __future__ import annotations

import pytest

from tests.support import Connection
from tests.teams.caps import CAP
from tests.teams.people import Team, make_team, set_member
from tests.wallets import use_catalog


@pytest.fixture
def team(db: Connection) -> Team:
    """A team of four with 1000 bonus credits; its catalog gives every user 5 welcome credits."""
    use_catalog(db)
    return make_team(db)


@pytest.fixture
def capped(db: Connection, team: Team) -> Team:
    """The team whose member may spend 20 a month."""
    set_member(db, team["account"], team["owner"], team["member"], monthly_cap=CAP)
    return team
