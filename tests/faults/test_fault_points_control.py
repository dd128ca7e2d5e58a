"""Every statement fails once, of holds, refunds, batches, teams, gifts, codes and referrals."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.codes.redeeming import credit_code
from tests.concurrency.load import apply_catalog, request, request_as
from tests.faults.fault_points import arm, fails_everywhere
from tests.support import as_user, sign_up
from tests.teams.people import create, invite, join
from tests.wallets import add, call, deduct

# What the back end calls; the account has a second grant, which each of them touches.
CALLS = {
    "hold": "select * from public.hold_credits(%(giver)s, 'key', 120, reference => 'a')",
    "hold partly": "select * from public.hold_credits(%(giver)s, 'key', 999, partial => true)",
    "extend": "select * from public.extend_hold(%(giver)s, %(hold)s, 5000)",
    "capture": "select * from public.capture_credits(%(giver)s, %(hold)s, 7)",
    "capture more": "select * from public.capture_credits(%(giver)s, %(hold)s, 120)",
    "release": "select * from public.release_credits(%(giver)s, %(hold)s)",
    "refund": "select * from public.refund_credits(%(giver)s, %(charge)s, 'key')",
    "batch": "select * from public.deduct_credits_batch(%(events)s)",
}
# What users call: who, and how.
USER_CALLS = {
    "create team": ("giver", "select * from public.create_credit_team('Second')"),
    "invite": ("giver", "select * from public.invite_credit_member(%(team)s, 'x@y.org', 'admin')"),
    "accept invitation": ("friend", "select * from public.accept_credit_invitation(%(invited)s)"),
    "revoke": ("friend", "select * from public.revoke_credit_invitation(%(invited)s)"),
    "set member": (
        "giver",
        "select * from public.set_credit_member(%(team)s, %(member)s, 'admin', 5)",
    ),
    "remove member": (
        "member",
        "select * from public.remove_credit_member(%(team)s, %(member)s)",
    ),
    "spend of a team": (
        "member",
        "select * from public.use_credits('query', 'key', account_id => %(team)s)",
    ),
    "send gift": ("giver", "select * from public.send_credit_gift('x@y.org', 105, 'key')"),
    "accept gift": ("friend", "select * from public.accept_credit_gift(%(gift)s)"),
    "cancel gift": ("giver", "select * from public.cancel_credit_gift(%(gift)s)"),
    "redeem code": ("friend", "select * from public.redeem_credit_code('HELLO25')"),
    "wrong code": ("friend", "select * from public.redeem_credit_code('WRONG')"),
    "referral code": ("friend", "select * from public.get_referral_code()"),
    "claim": ("friend", "select * from public.claim_referral_code(%(code)s)"),
}


@pytest.fixture
def values(fresh_db: str) -> dict[str, Any]:
    """Arguments of the calls: ``giver`` has 250 credits, a hold, a charge, a gift and a team."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn, referral={"referrer_credits": 5, "referee_credits": 5})
        credit_code(conn)
        people = {name: sign_up(conn, f"{name}@example.org") for name in ("giver", "friend")}
        member = sign_up(conn, "member@example.org")
        giver = people["giver"]
        for amount in (100, 150):
            add(conn, giver, amount, source="purchase")
        charge = deduct(conn, giver, 110)["transaction_id"]
        team = create(conn, giver)
        add(conn, team, 100)
        join(conn, team, giver, member)
        held = call(conn, "hold_credits", account_id=giver, key="held", amount=20)
        with as_user(conn, giver):
            gift = call(
                conn,
                "send_credit_gift",
                recipient_email="friend@example.org",
                amount=10,
                key="gift",
            )["id"]
            code = call(conn, "get_referral_code")["code"]
        found = {
            **people,
            "member": member,
            "team": team,
            "charge": charge,
            "hold": held["hold_id"],
            "gift": gift,
            "invited": invite(conn, team, giver, "friend@example.org")["id"],
            "code": code,
            "events": json.dumps(
                [
                    {"account_id": str(account_id), "key": f"event {n}", "amount": 5}
                    for n in range(2)
                    for account_id in (giver, team)
                ]
            ),
        }
        arm(conn)
    return found


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_the_back_end_that_fails_at_any_statement_leaves_nothing(
    fresh_db: str, values: dict[str, Any], name: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        assert fails_everywhere(conn, lambda: request(conn, CALLS[name], values)[0])


@pytest.mark.parametrize("name", USER_CALLS)
def test_a_call_of_a_user_that_fails_at_any_statement_leaves_nothing(
    fresh_db: str, values: dict[str, Any], name: str
) -> None:
    who, query = USER_CALLS[name]
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        assert fails_everywhere(conn, lambda: request_as(conn, values[who], query, values)[0])
