"""What a session of mixed load does: it draws calls, makes them, and remembers what it was told.

The sessions share what they find, a hold or a gift, so that two of them often mean the same one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from tests.concurrency.load import CATALOG, Outcome, catalog, request, request_as
from tests.support import Connection

ATTEMPTS = 500
LATEST = 6  # So many of each kind are drawn from: older ones have mostly ended.
READ_COMMITTED = "read committed"
RETRYABLE = {"40001", "40P01"}

# What is drawn how often; arguments by name. What tells of a transaction returns the account, its
# id and the credits that it moved.
SPEND = """
    select %(id)s, transaction_id, -cost
    from public.check_and_deduct_credits(%(id)s, %(amount)s, %(key)s)
"""
USE = """
    select %(id)s, transaction_id, -cost
    from public.use_credits('query', %(key)s, account_id => %(id)s)
"""
ADD = """
    select %(id)s, transaction_id, amount
    from public.add_credits(
        %(id)s, %(amount)s, %(source)s, %(key)s, now() + %(days)s * interval '1 day'
    )
"""
CAPTURE = """
    select %(hold_account)s, transaction_id, -cost
    from public.capture_credits(%(hold_account)s, %(hold)s, %(amount)s)
"""
REFUND = """
    select %(charge_account)s, transaction_id, amount
    from public.refund_credits(%(charge_account)s, %(charge)s, %(key)s, %(amount)s)
"""
TELLING = {SPEND: 30, USE: 12, ADD: 14, CAPTURE: 12, REFUND: 8}
BATCH = "select jsonb_agg(to_jsonb(r)) from public.deduct_credits_batch(%(events)s) as r"
HOLD = """
    select %(id)s, hold_id
    from public.hold_credits(%(id)s, %(key)s, %(amount)s, partial => %(partial)s)
"""
CALLS = {
    **TELLING,
    BATCH: 6,
    HOLD: 16,
    "select public.release_credits(%(hold_account)s, %(hold)s)": 5,
    "select public.extend_hold(%(hold_account)s, %(hold)s, 1000)": 3,
    "select public.release_expired_holds(now() + %(days)s * interval '1 hour')": 2,
    "select balance from public.get_credit_balance(%(id)s)": 6,
    "select public.get_credit_balance_at(%(id)s, now())": 2,
    "select public.explain_credits(%(id)s)": 2,
    "select public.expire_credits(now() + %(days)s * interval '1 day')": 4,
    "select public.reset_monthly_credits(now() + %(days)s * interval '1 day', 5)": 4,
    "select public.run_credit_maintenance(now() + %(days)s * interval '1 day')": 3,
    "select public.grant_initial_credits()": 3,
    "select public.change_credit_plan(%(id)s, %(plan)s, %(key)s)": 5,
    "select public.apply_credit_catalog(%(catalog)s)": 2,
    "select public.open_credit_account(external_id => %(external_id)s)": 2,
    "select count(*) from public.check_credit_integrity(%(id)s)": 2,
    "select count(*) from public.check_credit_integrity()": 2,
}
# What users do, and who.
SEND = "select id, %(id)s, %(to)s from public.send_credit_gift(%(email)s, %(amount)s, %(key)s)"
USER_CALLS = {
    SEND: ("id", 8),
    "select public.accept_credit_gift(%(gift)s)": ("gift_to", 5),
    "select public.cancel_credit_gift(%(gift)s)": ("gift_from", 3),
}
DRAWN = CALLS | {query: weight for query, (_, weight) in USER_CALLS.items()}


@dataclass
class Shared:
    """What all sessions know: users by e-mail, and the holds, charges and gifts there have been."""

    users: dict[str, UUID]
    holds: list[tuple[UUID, UUID]] = field(default_factory=list)
    charges: list[tuple[UUID, int]] = field(default_factory=list)
    gifts: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)


@dataclass
class Tally:
    """What one session was told.

    Attributes:
        codes: how its calls ended. retries: how often it had to repeat one.
        moved: the credits of each transaction that was acknowledged, by account and id.
    """

    codes: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    moved: dict[tuple[UUID, int], Decimal] = field(default_factory=dict)


def work(conn: Connection, shared: Shared, seed: int, calls: int, level: str) -> Tally:
    """Make a session's calls; at the higher levels each is repeated until it is not 40001."""
    conn.execute("select set_config('default_transaction_isolation', %s, false)", [level])
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    tally = Tally()
    for number in range(calls):
        (query,) = rng.choices(list(DRAWN), list(DRAWN.values()))
        values = draw(rng, shared, f"{seed}:{number}")
        code, answer = ask(conn, query, values)
        for _ in range(ATTEMPTS):
            if level == READ_COMMITTED or code not in RETRYABLE:
                break
            tally.retries += 1
            code, answer = ask(conn, query, values)
        tally.codes[code] += 1
        if code == "ok":
            note(tally, shared, query, answer)
    return tally


def draw(rng: Random, shared: Shared, key: str) -> dict[str, Any]:
    """Draw the arguments of a call; where there is no hold, charge or gift yet, null."""
    (_, account_id), (to, to_id) = rng.sample(list(shared.users.items()), 2)
    hold = rng.choice(shared.holds[-LATEST:] or [(account_id, None)])
    charge = rng.choice(shared.charges[-LATEST:] or [(account_id, None)])
    gift, giver_id, taker_id = rng.choice(shared.gifts[-LATEST:] or [(None, account_id, to_id)])
    limits = {"monthly_spend_cap": rng.choice([100, 1000]), "requests_per_minute": 600}
    return {
        "id": account_id,
        "amount": Decimal(rng.randrange(1, 400)) / 10,
        "key": key,
        "days": rng.choice([1, 10, 40, 80]),
        "source": rng.choice(["purchase", "bonus"]),
        "plan": rng.choice(["free", "pro"]),
        "partial": rng.choice([False, True]),
        "catalog": catalog(plans=[{**plan, **limits} for plan in CATALOG["plans"]]),
        "external_id": f"customer {rng.randrange(20)}",
        "events": json.dumps(
            [
                {"account_id": str(one), "key": f"{key}:{place}", "amount": 1.5}
                for place, one in enumerate([to_id, account_id, to_id])
            ]
        ),
        "hold_account": hold[0],
        "hold": hold[1],
        "charge_account": charge[0],
        "charge": charge[1],
        "to": to_id,
        "email": to,
        "gift": gift,
        "gift_from": giver_id,
        "gift_to": taker_id,
    }


def ask(conn: Connection, query: str, values: dict[str, Any]) -> Outcome:
    """Send one request, as the back end or as the user whose it is."""
    if query in USER_CALLS:
        return request_as(conn, values[USER_CALLS[query][0]], query, values)
    return request(conn, query, values)


def note(tally: Tally, shared: Shared, query: str, answer: Any) -> None:
    """Remember what came of a call."""
    if query in TELLING:
        account_id, transaction_id, amount = answer
        tally.moved[account_id, transaction_id] = amount
        if query in (SPEND, USE, CAPTURE):
            shared.charges.append((account_id, transaction_id))
    elif query == BATCH:
        for result in answer[0]:
            if result["error"] is None:
                moved = UUID(result["account_id"]), result["transaction_id"]
                tally.moved[moved] = -Decimal(str(result["cost"]))
            else:
                tally.codes[result["error"]["code"]] += 1
    elif query == HOLD:
        shared.holds.append(answer)
    elif query == SEND:
        shared.gifts.append(answer)
    elif "check_credit_integrity" in query:
        assert answer == (0,), "a reader saw books that are wrong"
