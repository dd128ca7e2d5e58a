"""What has to happen in the histories that are always played: else they prove too little."""

from __future__ import annotations

OUTCOMES: dict[str, tuple[str, ...]] = {
    "accept_credit_gift": ("done", "gift_not_found", "gift_not_pending"),
    "accept_credit_invitation": ("done", "invitation_not_found"),
    "add_credits": ("done",),
    "cancel_credit_gift": ("done", "gift_not_found", "gift_not_pending"),
    "capture_credits": ("done", "hold_not_found", "hold_not_open"),
    "card": ("done",),
    "change_credit_plan": ("done",),
    "charge.dispute.updated": ("lost", "needs_response", "won"),
    "charge.refunded": ("done",),
    "check_and_deduct_credits": (
        "done",
        "account_paused",
        "idempotency_key_reused",
        "insufficient_credits",
        "member_not_found",
        "spend_cap_reached",
    ),
    "claim": ("done", "referral_code_invalid"),
    "deduct_credits_batch": (
        "done",
        "insufficient_credits",
        "member_cap_reached",
        "member_not_found",
    ),
    "expire_credits": ("done",),
    "extend_hold": ("done", "hold_not_found", "hold_not_open"),
    "hold_credits": (
        "done",
        "account_paused",
        "idempotency_key_reused",
        "insufficient_credits",
        "member_cap_reached",
        "member_not_found",
        "rate_limited",
    ),
    "invite_credit_member": ("done", "account_not_found", "already_member"),
    "order": ("done", "account_not_found", "promotion_code_invalid"),
    "pay": ("done", "told again"),
    "quote_credit_purchase": ("done",),
    "redeem": ("done", "enter_code_at_purchase", "promotion_code_invalid"),
    "refund_credits": ("done", "refund_exceeds_paid", "transaction_not_found"),
    "release_credits": ("done", "hold_not_found", "hold_not_open"),
    "release_expired_holds": ("done",),
    "remove_credit_member": ("done", "account_not_found", "last_owner", "member_not_found"),
    "reset_monthly_credits": ("done",),
    "revoke_credit_invitation": ("invitation_not_found",),
    "run_credit_maintenance": ("done",),
    "send_credit_gift": ("done", "gift_to_self", "insufficient_credits"),
    "set_credit_member": ("done", "account_not_found", "last_owner", "member_not_found"),
    "set_credit_member_caps": ("done", "account_not_found"),
    "use_credits": ("done", "account_not_found", "insufficient_credits"),
}


def missing(tally: dict[str, int]) -> list[str]:
    """Return the outcomes that never were."""
    wanted = [f"{what}: {outcome}" for what, ends in OUTCOMES.items() for outcome in ends]
    return [name for name in wanted if name not in tally]
