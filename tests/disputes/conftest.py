"""A team with one person of each role, and a charge of each who may spend."""

from __future__ import annotations

import pytest

from tests.support import Connection
from tests.teams.people import Team, make_team
from tests.wallets import use_catalog


@pytest.fixture
def team(db: Connection) -> Team:
    """A team of four with 1000 bonus credits, and a stranger."""
    use_catalog(db)
    return make_team(db)
