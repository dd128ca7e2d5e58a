"""What tests of invitations share: who finds which, and to whom one is nothing."""

from __future__ import annotations

from uuid import UUID

from tests.support import Connection
from tests.teams.people import Team, lists, turned_away
from tests.wallets import Row, call


def mine(conn: Connection, user_id: UUID) -> list[Row]:
    """Return the open invitations that somebody finds."""
    return lists(conn, user_id, "list_credit_invitations")


def of_team(conn: Connection, team: Team) -> list[Row]:
    """Return the invitations of a team, as its admin reads them."""
    return lists(conn, team["admin"], "list_credit_invitations", account_id=team["account"])


def not_found(conn: Connection, user_id: UUID, invitation_id: UUID) -> None:
    """Check that an invitation is nothing to somebody, to accept and to revoke."""
    for function in ("accept_credit_invitation", "revoke_credit_invitation"):
        with turned_away(conn, user_id, "PT404", "invitation_not_found"):
            call(conn, function, invitation_id=invitation_id)
