"""What the sessions of mixed load ask, how often each, and who asks it.

Arguments are named as ``tests.concurrency.mixed`` draws them.
"""

from __future__ import annotations

# What tells of a transaction returns the account, its id and the credits that it moved.
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
# A claim outlasts the test: what one has claimed nobody else may. Over the other channel all that
# is claimed is sent.
CLAIM = """
    select array_agg(n.id || n.recipient)
    from credits.claim_notices('email', '{ops@example.org}', 5, 3600) as n
"""
SENT = """
    select count(credits.settle_notice(n.id, n.channel, n.recipient, n.attempt, null))
    from credits.claim_notices('webhook', '{}', 5, 60) as n
"""
COUNTS_OF_WRONG_BOOKS = {
    "select count(*) from public.check_credit_integrity(%(id)s)": 2,
    "select count(*) from public.check_credit_integrity()": 2,
    "select credits.run_integrity()": 1,
}
CALLS = {
    **TELLING,
    **COUNTS_OF_WRONG_BOOKS,
    BATCH: 6,
    HOLD: 16,
    CLAIM: 3,
    SENT: 3,
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
    "select credits.roll_up(3)": 5,
    "select credits.rebuild_usage(%(id)s)": 1,
    "select credits.get_health()": 1,
}
# What users do, and who.
SEND = "select id, %(id)s, %(to)s from public.send_credit_gift(%(email)s, %(amount)s, %(key)s)"
DISPUTE = """
    select id
    from public.submit_credit_dispute(
        %(charge)s, 'other', 'The answer never came.', %(wished)s, %(charge_account)s
    )
"""
USER_CALLS = {
    SEND: ("id", 8),
    "select public.accept_credit_gift(%(gift)s)": ("gift_to", 5),
    "select public.cancel_credit_gift(%(gift)s)": ("gift_from", 3),
    DISPUTE: ("charge_account", 8),
    "select public.withdraw_credit_dispute(%(dispute)s)": ("dispute_of", 1),
    "select public.set_credit_alerts(%(amount)s)": ("id", 2),
    "select count(*) from public.get_credit_usage_stats(bucket => 'month')": ("id", 2),
    "select public.contact_credit_sales(%(email)s, 'How much are a million?')": ("id", 1),
}
# What administrators do, and which of the two. An act tells of its transaction, and of itself.
ACT = """
    select
        account_id, transaction_id,
        case when act in ('remove_credits', 'void_grant') then -amount else amount end, act_id,
        state
    from """
REFUND_BY_ADMIN = """public.admin_refund_transaction(
    %(charge_account)s, %(charge)s, 'under load', %(key)s
)"""
ACTS = {
    ACT + "public.admin_add_credits(%(id)s, %(amount)s, 'under load', %(key)s)": ("admin", 6),
    ACT + "public.admin_remove_credits(%(id)s, %(amount)s, 'under load', %(key)s)": ("admin", 4),
    ACT + "public.admin_void_grant(%(grant_account)s, %(grant)s, 'no card', %(key)s)": ("admin", 2),
    ACT + REFUND_BY_ADMIN: ("admin", 2),
    ACT + "public.admin_approve_act(%(act)s)": ("approver", 8),
    ACT + "public.admin_decline_act(%(act)s, 'under load')": ("approver", 1),
}
WAITING = "select act_id, requested_by from public.admin_list_pending_acts()"
RESOLVE = """
    select id, refunded
    from public.admin_resolve_dispute(%(dispute)s, %(outcome)s, 'under load')
"""
ADMIN_CALLS = {
    **ACTS,
    WAITING: ("admin", 2),
    RESOLVE: ("admin", 6),
    "select public.admin_review_dispute(%(dispute)s)": ("admin", 2),
    "select public.admin_pause_account(%(id)s, 'under load')": ("admin", 1),
    "select public.admin_resume_account(%(id)s, 'under load')": ("admin", 4),
    "select public.admin_get_account(%(id)s)": ("admin", 1),
    "select public.admin_get_system_summary()": ("admin", 1),
    "select count(*) from public.admin_list_audit(%(id)s)": ("admin", 1),
}
DRAWN = CALLS | {query: weight for query, (_, weight) in (USER_CALLS | ADMIN_CALLS).items()}
