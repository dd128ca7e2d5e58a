"""What the types of the web kit say beyond PostgreSQL's: what may be null, and fixed words.

PostgreSQL knows of a column of a shape neither that it is never null nor that its words are few.
``tests/web/`` holds all of this against the rows of a database in which everything was played.
"""

from __future__ import annotations

# The columns that may be null, by shape and view; all others never are. (JSON may always be.)
NULLABLE = {
    "credit_account": "name plan created_at",
    "credit_account_status": "reason changed_at changed_by",
    "credit_accounts": "user_id external_id plan low_balance name",
    "credit_act": "act_id transaction_id decided_by decided_at",
    "credit_admin_account": "owner_id email external_id name plan last_transaction_at",
    "credit_alerts": "low_balance",
    "credit_answer": "message credits balance",
    "credit_audit": "account_id reason",
    "credit_auto_topup": "threshold package monthly_limit_cents paused_reason paused_until_at",
    "credit_balance": "user_id plan next_billing_date low_balance expiring_credits expires_at",
    "credit_dispute": "resolution resolved_at",
    "credit_estimate": "affordable model input_tokens",
    "credit_gift": "sender_email message ended_at",
    "credit_grants": "expires_at paid_cents currency reference voided_at",
    "credit_holds": "user_id service quantity reference transaction_id ended_at reason",
    "credit_invitation": "invited_by",
    "credit_margin": "service currency margin_percent",
    "credit_member": "email monthly_cap spent held",
    "credit_model_choice": "model provider estimated_credits affordable",
    "credit_order": "user_id package plan promotion_code paid_at",
    "credit_plan": "price_cents billing_interval",
    "credit_price": "provider tier description",
    "credit_promotion": (
        "currency ends_at maximum_uses maximum_uses_per_account packages plans credits_days"
    ),
    "credit_service_usage": "service share_percent",
    "credit_top_account": "email plan share_percent",
    "credit_transaction": "user_id service quantity description reference",
    "credit_transactions": "user_id service quantity description reference",
    "credit_usage_stat": "service",
}

# Parameters whose default is a value, and for which null has a meaning of its own: all.
TAKES_NULL = {"admin_list_disputes.status"}

# Fixed words: the words, or the column of which a CHECK names them, and what else is shown.
WORDS = {
    "AccountKind": "personal team external",
    "AccountStatus": "active paused closed",
    "ActKind": "credits.pending_acts.act",
    "ActState": "credits.pending_acts.state",
    "BillingInterval": "credits.plans.billing_interval",
    "Bucket": "day week month year",
    "DiscountType": "credits.promotions.discount_type",
    "DisputeOutcome": "approved partially_approved rejected",
    "DisputeReason": "credits.disputes.reason",
    "DisputeStatus": "credits.disputes.status",
    "GiftDirection": "sent received",
    "GiftState": "credits.gifts.state",
    "HoldState": "credits.holds.state",
    "InvitationState": "credits.invitations.state expired",
    "MemberRole": "credits.members.role",
    "OrderStatus": "credits.orders.status",
    "TopupStatus": "active off paused",
    "TransactionType": (
        "purchase allowance welcome bonus promotion referral gift_received usage gift_sent refund"
        " adjustment opening expiry clawback reinstatement"
    ),
    "TransactionWord": "purchase subscription bonus spend refund admin",
}

# Where those words are: a column of a shape or a view, or a parameter of a function.
PLACES = {
    "AccountKind": "credit_account.kind credit_accounts.kind credit_admin_account.kind",
    "AccountStatus": (
        "admin_list_accounts.status credit_account.status credit_account_status.status"
        " credit_accounts.status credit_admin_account.status credit_balance.credit_status"
        " credit_balance.status"
    ),
    "ActKind": "credit_act.act",
    "ActState": "credit_act.state",
    "BillingInterval": "credit_plan.billing_interval",
    "Bucket": "admin_get_revenue.bucket get_credit_usage_stats.bucket",
    "DiscountType": "credit_promotion.discount_type",
    "DisputeOutcome": "admin_resolve_dispute.outcome",
    "DisputeReason": "credit_dispute.reason submit_credit_dispute.reason",
    "DisputeStatus": "admin_list_disputes.status credit_dispute.status",
    "GiftDirection": "credit_gift.direction",
    "GiftState": "credit_gift.state",
    "HoldState": "credit_holds.state",
    "InvitationState": "credit_invitation.state",
    "MemberRole": (
        "credit_account.role credit_invitation.role credit_member.role invite_credit_member.role"
        " set_credit_member.role"
    ),
    "OrderStatus": "credit_order.status",
    "TopupStatus": "credit_auto_topup.status",
    "TransactionType": (
        "admin_list_transactions.type credit_transaction.type credit_transactions.type"
        " list_credit_transactions.type"
    ),
    "TransactionWord": (
        "admin_list_transactions.type credit_transaction.transaction_type"
        " credit_transactions.transaction_type list_credit_transactions.type"
    ),
}
