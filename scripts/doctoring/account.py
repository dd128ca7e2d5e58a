"""Checks of one account: why it cannot spend, why what was bought is not there, who is told."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row

from scripts.doctoring.lines import Line, fail, ok, some, warn
from scripts.doctoring.patient import Patient


def check_account(patient: Patient, account_id: str) -> list[Line]:
    """Return one line for each question about an account."""
    cursor = patient.conn.cursor(row_factory=dict_row)
    account = cursor.execute(
        "select *, balance - held as available from credits.accounts where id = %s", [account_id]
    ).fetchone()
    if account is None:
        return [
            fail(
                "account",
                f"there is none of the id {account_id}",
                "a user's account has the user's id; admin_list_accounts(search => …) finds others",
            )
        ]
    return [
        _status(account),
        _available(patient, account),
        _limits(account),
        _orders(patient, account_id),
        _events(patient, account_id),
        _told(patient, account),
    ]


def _status(account: dict[str, Any]) -> Line:
    if account["status"] != "active":
        why = account["status_reason"] or "no reason is noted"
        return fail("account", f"it is {account['status']} ({why})", "admin_resume_account")
    return ok("account", f"active, on the plan {account['plan'] or 'none'}")


def _available(patient: Patient, account: dict[str, Any]) -> Line:
    """Tell what is there to spend, and where credits that were bought went."""
    numbers = {name: f"{account[name]:f}" for name in ("available", "held", "debt")}
    what = f"{numbers['available']} to spend"
    if account["debt"] > 0:
        return warn(
            "credits",
            f"{what}; what is bought first repays a debt of {numbers['debt']}",
            "explain_credits shows which refund or chargeback left it",
        )
    if account["held"] > 0:
        return warn(
            "credits",
            f"{what}; {numbers['held']} are held by calls that have not ended",
            "capture or release the holds; they end by themselves when their time is over",
        )
    [(expired,)] = patient.ask(
        "select coalesce(-sum(amount), 0) from credits.transactions "
        "where account_id = %s and type in ('expiry', 'clawback', 'gift_sent') "
        "and created_at > now() - interval '35 days'",
        account["id"],
    )
    if expired:
        return warn(
            "credits",
            f"{what}; {expired:f} expired, were given away or went back within 35 days",
            "explain_credits tells of each",
        )
    return ok("credits", what)


def _limits(account: dict[str, Any]) -> Line:
    caps = {
        "credits in a month": account["monthly_spend_cap"],
        "requests in a minute": account["requests_per_minute"],
        "cents in a month": account["monthly_purchase_cap_cents"],
    }
    said = [f"{cap:f} {unit}" for unit, cap in caps.items() if cap is not None]
    cap, spent = account["monthly_spend_cap"], account["month_spent"]
    if cap is not None and spent + account["held"] >= cap:
        return warn("limits", f"{spent:f} of {some(said)} are spent or held", "docs/limits.md")
    return ok("limits", some(said) or "none")


def _orders(patient: Patient, account_id: str) -> Line:
    open_orders = patient.names(
        "select id from credits.orders where account_id = %s and status = 'open' "
        "and created_at < now() - interval '1 hour' order by created_at desc",
        account_id,
    )
    if open_orders:
        return warn(
            "orders",
            f"begun and not told to be paid: {some(open_orders)}",
            "if Stripe has the payment: pgcredits reconcile",
        )
    [(paid,)] = patient.ask(
        "select count(*) from credits.orders where account_id = %s and status = 'paid'", account_id
    )
    return ok("orders", f"{paid} paid, none left open")


def _events(patient: Patient, account_id: str) -> Line:
    found = patient.ask(
        "select id, state, coalesce(reason, '') from credits.stripe_events "
        "where state in ('failed', 'quarantined', 'waiting') and (position(%s in payload) > 0 or "
        "object_id in (select object_id from credits.external_ids where account_id = %s)) "
        "order by received_at",
        account_id,
        account_id,
    )
    if found:
        return fail(
            "events",
            some([f"{event_id} is {state}: {reason}" for event_id, state, reason in found]),
            "docs/stripe.md says what to do; then pgcredits stripe retry ID",
        )
    return ok("events", "none about it is open")


def _told(patient: Patient, account: dict[str, Any]) -> Line:
    own = account["low_balance"]
    threshold = account["default_low_balance"] if own is None else own
    what = f"low below {threshold:f}{'' if own is None else ', as its owner has set'}"
    recipients = patient.names(
        "select n.address from credits.outbox as o "
        "cross join lateral credits.notice_recipients(o, '{}') as n (address) "
        "where o.account_id = %s and o.topic = 'low_balance' order by o.id desc limit 5",
        account["id"],
    )
    told = patient.ask(
        "select d.channel, d.state, d.error from credits.deliveries as d "
        "inner join credits.outbox as o on d.notice_id = o.id "
        "where o.account_id = %s and o.topic = 'low_balance' order by o.id desc limit 1",
        account["id"],
    )
    if told and told[0][1] != "sent":
        channel, state, error = told[0]
        return warn(
            "alerts",
            f"{what}; the last notice is {state} by {channel} ({error or 'not tried yet'})",
            "pgcredits notify",
        )
    if account["alert_level"] and not recipients:
        return warn(
            "alerts",
            f"{what}; nobody has a confirmed address to be told at, or it never had credits",
            "confirm the owner's address",
        )
    return ok("alerts", what)
