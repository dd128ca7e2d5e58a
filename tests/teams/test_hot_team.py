"""A hot wallet: eight connections of four members on one account, and every number exact."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

import psycopg

from tests.concurrency.load import (
    Outcome,
    count_deadlocks,
    request,
    rounds,
    run_at_once,
    seeded_random,
)
from tests.support import Connection
from tests.teams.people import Team, be, join, make_team, members, person, set_member
from tests.wallets import add, use_catalog

CONNECTIONS = 8
CALLS = 60
FUNDS = 4000
CAP = 700

USE = "select cost from public.use_credits('sms', %(key)s, %(n)s, account_id => %(account)s)"
DEDUCT = """
    select transaction_id, cost from public.check_and_deduct_credits(
        %(account)s, %(n)s, %(key)s, user_id => %(user)s
    )
"""
HOLD = "select hold_id from public.hold_credits(%(account)s, %(key)s, %(n)s, user_id => %(user)s)"
CAPTURE = "select cost from public.capture_credits(%(account)s, %(hold)s, %(part)s)"
RELEASE = "select state from public.release_credits(%(account)s, %(hold)s)"
REFUND = "select amount from public.refund_credits(%(account)s, %(charge)s, %(key)s, %(part)s)"
BATCH = "select coalesce(sum(cost), 0) from public.deduct_credits_batch(%(events)s)"
REFUSALS = {"PT402"}


@dataclass
class Tally:
    """What one connection was told: how its calls ended, and its member's spending less refunds."""

    user_id: UUID
    codes: Counter[str] = field(default_factory=Counter)
    spent: Decimal = Decimal(0)

    def count(self, outcome: Outcome, sign: int = 1) -> bool:
        """Count what a call moved; returns whether it succeeded."""
        code, answer = outcome
        self.codes[code] += 1
        if code == "ok":
            self.spent += sign * answer[-1]
        return code == "ok"


def work(conn: Connection, team: Team, user_id: UUID, seed: int) -> Tally:
    """Make a member's calls, drawn at random: uses, charges, holds that end, refunds, batches."""
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    tally = Tally(user_id)
    for number in range(rounds(CALLS, 10 * CALLS)):
        n = Decimal(rng.randrange(1, 60)) / 4
        values = {"account": team["account"], "user": user_id, "n": n, "key": f"{seed} {number}"}
        kind = rng.choice([USE, DEDUCT, HOLD, REFUND, BATCH])
        if kind == USE:
            be(conn, user_id)
            tally.count(request(conn, USE, values))
            conn.execute("select set_config('role', 'service_role', false)")
        elif kind == HOLD:
            end(conn, rng, tally, values)
        elif kind == REFUND:
            outcome = request(conn, DEDUCT, values)
            if tally.count(outcome):
                part = n * rng.choice([Decimal(1), Decimal("0.5")])
                back = {"charge": outcome[1][0], "part": part, "key": f"back {seed} {number}"}
                tally.count(request(conn, REFUND, {**values, **back}), -1)
        elif kind == BATCH:
            events = [
                {
                    "account_id": str(team["account"]),
                    "user_id": str(user_id),
                    "amount": float(n),
                    "key": f"{seed} {number} {i}",
                }
                for i in range(3)
            ]
            tally.count(request(conn, BATCH, {"events": json.dumps(events)}))
        else:
            tally.count(request(conn, DEDUCT, values))
    return tally


def end(conn: Connection, rng: Random, tally: Tally, values: dict[str, object]) -> None:
    """Place a hold and end it: by a capture of less, all or more, or by a release."""
    code, answer = request(conn, HOLD, values)
    tally.codes[code] += 1
    if code != "ok":
        return
    values = {**values, "hold": answer[0]}
    if rng.random() < 0.3:
        assert request(conn, RELEASE, values) == ("ok", ("released",))
        return
    share = rng.choice([Decimal("0.5"), Decimal(1), Decimal(2)])
    outcome = request(conn, CAPTURE, {**values, "part": Decimal(str(values["n"])) * share})
    if not tally.count(outcome):
        assert share > 1, "a capture of what is held never fails"
        assert request(conn, RELEASE, values) == ("ok", ("released",))


def test_eight_connections_of_four_members_leave_every_number_exact(fresh_db: str) -> None:
    rng = seeded_random()
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        team = make_team(conn)
        team["fourth"] = person(conn, "fourth")
        join(conn, team["account"], team["owner"], team["fourth"])
        add(conn, team["account"], FUNDS - 1000)
        spenders = [team[who] for who in ("owner", "admin", "member", "fourth")]
        for user_id in spenders[2:]:
            set_member(conn, team["account"], team["owner"], user_id, monthly_cap=CAP)
    jobs = [
        partial(work, team=team, user_id=user_id, seed=rng.randrange(2**32))
        for user_id in spenders * (CONNECTIONS // len(spenders))
    ]
    tallies = run_at_once(fresh_db, jobs)
    codes = sum((tally.codes for tally in tallies), Counter[str]())
    print(dict(codes))
    assert codes.keys() <= {"ok", *REFUSALS}
    assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        found = members(conn, team["account"], team["owner"])
        total = Decimal(0)
        for user_id in spenders:
            told = sum(tally.spent for tally in tallies if tally.user_id == user_id)
            assert (found[user_id]["spent"], found[user_id]["held"]) == (told, 0)
            total += told
        assert all(found[user_id]["spent"] <= CAP for user_id in spenders[2:])
        query = "select balance, held, available from public.get_credit_balance(%s)"
        row = conn.execute(query, [team["account"]]).fetchone()
    assert row == (FUNDS - total, 0, FUNDS - total)
