"""A user with something of all that functions take by id, so that a call can do its work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support import Connection, as_admin, as_user, sign_up
from tests.wallets import add, call, deduct

TEAM = (
    "list_credit_members",
    "list_credit_invitations",
    "invite_credit_member",
    "set_credit_member",
    "set_credit_member_caps",
    "remove_credit_member",
)
DISPUTES = ("get_credit_dispute", "withdraw_credit_dispute")


@dataclass(frozen=True)
class Owner:
    """A user, and by function (``public.extend_hold``) which arguments name what is the user's."""

    id: UUID
    arguments: dict[str, dict[str, Any]]


def create_owner(conn: Connection) -> Owner:
    """Sign a user up who has 200 credits, charges, a hold, a team, gifts and an invitation.

    A catalog is in force. The team has another member, and the user is invited into a second one.
    The first charge is disputed, and an administrator's gift waits for a second one.
    """
    user_id, friend_id = sign_up(conn, "ada@example.org"), sign_up(conn, "bob@example.org")
    bought, _ = [add(conn, it, 200, source="purchase") for it in (user_id, friend_id)]
    disputed, charge = deduct(conn, user_id, 5), deduct(conn, user_id, 5)
    held = call(conn, "hold_credits", account_id=user_id, key="held", amount=10)
    with as_user(conn, user_id):
        team = call(conn, "create_credit_team", name="Lab")
        joining = _invite(conn, team, "bob@example.org")
        leaving = _invite(conn, team, "eve@example.org")
        sent = _give(conn, "bob@example.org")
        dispute = call(
            conn,
            "submit_credit_dispute",
            transaction_id=disputed["transaction_id"],
            reason="other",
            description="Nothing came.",
        )
    with as_user(conn, friend_id):
        call(conn, "accept_credit_invitation", invitation_id=joining)
        invited = _invite(conn, call(conn, "create_credit_team", name="Club"), "ada@example.org")
        received = _give(conn, "ada@example.org")
    add(conn, team["account_id"], 100)
    with as_admin(conn, sign_up(conn)):
        gesture = {"amount": 20_000, "reason": "a gesture", "key": "gesture"}
        act = call(conn, "admin_add_credits", account_id=user_id, **gesture)
    arguments: dict[str, dict[str, Any]] = {
        "extend_hold": {"hold_id": held["hold_id"]},
        "capture_credits": {"hold_id": held["hold_id"]},
        "release_credits": {"hold_id": held["hold_id"]},
        "refund_credits": {"transaction_id": charge["transaction_id"]},
        "explain_credits": {"transaction_id": charge["transaction_id"]},
        "submit_credit_dispute": {"transaction_id": charge["transaction_id"]},
        "admin_refund_transaction": {"transaction_id": charge["transaction_id"]},
        "admin_void_grant": {"grant_id": bought["transaction_id"]},
        "admin_approve_act": {"act_id": act["act_id"]},
        "admin_decline_act": {"act_id": act["act_id"]},
        "admin_review_dispute": {"dispute_id": dispute["id"]},
        "admin_resolve_dispute": {
            "dispute_id": dispute["id"],
            "outcome": "partially_approved",
            "note": "as agreed",
            "refund": "1",
        },
        **{name: {"dispute_id": dispute["id"]} for name in DISPUTES},
        "cancel_credit_gift": {"gift_id": sent},
        "accept_credit_gift": {"gift_id": received},
        "accept_credit_invitation": {"invitation_id": invited},
        "revoke_credit_invitation": {"invitation_id": leaving},
        "deduct_credits_batch": {
            "events": json.dumps([{"account_id": str(user_id), "key": "event", "amount": 1}])
        },
        **{name: {"account_id": team["account_id"], "user_id": friend_id} for name in TEAM},
    }
    return Owner(user_id, {f"public.{name}": named for name, named in arguments.items()})


def _invite(conn: Connection, team: dict[str, Any], email: str) -> Any:
    account_id = team["account_id"]
    invited = call(conn, "invite_credit_member", account_id=account_id, email=email, role="member")
    return invited["id"]


def _give(conn: Connection, email: str) -> Any:
    return call(conn, "send_credit_gift", recipient_email=email, amount=7, key="gift")["id"]
