"""A while in a shop: people buy, use, work in a team, give, dispute; administrators see to it all.

Every function that users may call is called, and every column that may be null is null once.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.billing.purchases import SHOP, open_order, promote
from tests.billing.topups import attempt, customer_of
from tests.events.shop import rule
from tests.statistics.living import roll_up
from tests.support import Connection, as_service, sign_up
from tests.wallets import CATALOG, Row, add, call, deduct, use_catalog
from tests.web.played import WHY, Played

SERVICES = [{**service, "description": "By the piece"} for service in CATALOG["services"][:1]]
SHOP_OF_ALL: Row = SHOP | {
    "services": [*SERVICES, *CATALOG["services"][1:]],
    "models": CATALOG["models"],
    "referral": {"referrer_credits": 50, "referee_credits": 20},
    "approval_credits": 1000,
}


def play(conn: Connection) -> Played:
    """Let everything happen once, and return what was answered."""
    it = Played(conn)
    conn.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    it.ask(sign_up(conn), "list_my_credit_accounts")  # who was there before pgcredits
    conn.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    early = sign_up(conn)
    begin_without_a_catalog(it, early)
    use_catalog(conn, SHOP_OF_ALL)
    ann, bob = (sign_up(conn, f"{name}@example.com") for name in ("ann", "bob"))
    begin_with_what_is_free(it, ann)
    ask_what_it_costs(it, ann)
    promise(it, ann, bob)
    top_up(it, ann)
    buy(it, ann, bob)
    use(it, ann)
    work_in_a_team(it, ann, bob)
    give(it, ann, bob)
    leave(it, ann)
    dispute(it, ann)
    move_credits(it, ann)
    close(it)
    deduct(conn, early, 2)
    report(it, ann)
    for who in (ann, "service"):
        it.read(who)
    return it


def begin_without_a_catalog(it: Played, user_id: UUID) -> None:
    """Let a user without an address, a plan and a service use credits."""
    for function in ("set_credit_alerts", "get_credit_balance", "list_my_credit_accounts"):
        it.ask(user_id, function)
    add(it.conn, user_id, 30)
    deduct(it.conn, user_id, 10)
    it.ask(user_id, "get_credit_usage_stats")
    it.ask("admin", "admin_resume_account", account_id=user_id, reason=WHY)
    roll_up(it.conn)
    it.ask("admin", "admin_get_margin")
    for table in ("daily", "totals"):
        it.conn.execute(f"update credits.usage_{table} set day = day - 60".encode())


def begin_with_what_is_free(it: Played, ann: UUID) -> None:
    """Use what costs nothing, of which nobody has a share."""
    it.ask(ann, "use_credits", service="ping", key="free")
    roll_up(it.conn)
    for name in ("get_usage_by_service", "list_top_accounts"):
        it.ask("admin", f"admin_{name}")


def ask_what_it_costs(it: Played, ann: UUID) -> None:
    """Read the lists and estimate, as nobody and as a user."""
    for name in ("list_credit_packages", "list_credit_plans", "list_credit_prices"):
        it.ask(None, name)
    it.ask(None, "calculate_query_cost", tools=["docs"])
    it.ask(None, "contact_credit_sales", email="x@example.com", message="a hundred seats")
    for who in (None, ann):
        it.ask(who, "choose_model", prompt="Hello")
        it.ask(who, "choose_model", prompt="Hello", provider="nobody")
        it.ask(who, "estimate_credit_cost", prompt="Hello", model="gpt-4")
        it.ask(who, "estimate_credit_cost", service="sms")
    it.ask(ann, "get_credit_rate", quantity=2000)
    it.ask(ann, "quote_credit_purchase", package="growth")


def promise(it: Played, ann: UUID, bob: UUID) -> None:
    """Create promotions, redeem one, and refer."""
    for code, kind, more in (
        ("GIFT", "credits", {"credits_days": 30, "maximum_uses": 5}),
        ("OFF", "fixed", {"currency": "usd", "packages": ["growth"]}),
        ("MORE", "bonus_percent", {"plans": ["pro"], "maximum_uses_per_account": None}),
    ):
        terms = {"code": code, "name": code, "discount_type": kind, "discount_value": 20}
        it.ask("admin", "admin_create_promotion", promotion=terms | more)
    it.ask("admin", "admin_end_promotion", code="OFF")
    promote(it.conn, "HALF")
    it.ask("admin", "admin_list_promotions")
    it.ask(ann, "redeem_credit_code", code="GIFT")
    it.ask(ann, "redeem_credit_code", code="HALF")
    it.ask(bob, "claim_referral_code", code=it.ask(ann, "get_referral_code")["code"])


def top_up(it: Played, ann: UUID) -> None:
    """Opt in to automatic top-up, which is due, and is then paused: for an hour, and for good."""
    it.ask(ann, "get_auto_topup")
    customer_of(it.conn, ann)
    terms = {"threshold": 50, "package": "starter", "monthly_limit_cents": 5000}
    for who in (ann, "service"):
        it.ask(who, "set_auto_topup", enabled=True, account_id=ann, **terms)
    assert attempt(it.conn, ann)
    for until in ("now() + interval '1 hour'", "'infinity'"):
        pause = f"select credits.pause_topup(%s, 'declined', {until})"
        it.conn.execute(pause.encode(), [ann])
        it.ask(ann, "get_auto_topup")


def buy(it: Played, ann: UUID, bob: UUID) -> None:
    """Open orders of a pack, a quantity and a plan, and pay some."""
    open_order(it.conn, ann, package="starter", promotion_code="HALF")
    for who in (ann, bob):
        it.buy(who, package="growth")
    it.buy(ann, quantity=200)
    rule(
        it.conn, "store_provider_price", "stripe", "plan", "pro", "prod_pro", "price_pro", 1999,
        "usd", "month",
    )  # fmt: skip
    rule(it.conn, "open_subscription_order", ann, None, "stripe", "pro")
    it.ask(ann, "list_credit_orders")


def use(it: Played, ann: UUID) -> None:
    """Use services and read what is left."""
    it.ask(ann, "use_credits", service="sms", key="one", reference="r", description="d")
    it.ask(ann, "has_enough_credits", service="sms")
    it.ask(ann, "has_plan_feature", feature="support")
    for bare, amount in ((True, 5), (False, 3)):
        more: Row = {} if bare else {"service": "sms", "user_id": ann, "reference": "r"}
        with as_service(it.conn):
            call(it.conn, "hold_credits", account_id=ann, amount=amount, key=f"h{amount}", **more)
    it.ask(ann, "set_credit_alerts", low_balance=5)
    for name in ("get_credit_balance", "get_credit_summary", "list_credit_transactions"):
        it.ask(ann, name)
    it.ask(ann, "get_credit_usage_stats", bucket="month")
    it.ask(ann, "export_credit_transactions")


def work_in_a_team(it: Played, ann: UUID, bob: UUID) -> None:
    """Found a team, invite, spend, leave."""
    team = it.ask(ann, "create_credit_team", name="Lab")["account_id"]
    add(it.conn, team, 50)
    wish: dict[str, Any] = {"account_id": team, "role": "member"}
    invitation = it.ask(ann, "invite_credit_member", email="bob@example.com", **wish)
    it.ask(bob, "list_credit_invitations")
    it.ask(bob, "accept_credit_invitation", invitation_id=invitation["id"])
    invitation = it.ask(ann, "invite_credit_member", email="eve@example.com", **wish)
    it.ask(ann, "revoke_credit_invitation", invitation_id=invitation["id"])
    it.ask(ann, "list_credit_members", account_id=team)
    it.ask(ann, "set_credit_member_caps", account_id=team, monthly_cap=10)
    it.ask(ann, "set_credit_member", account_id=team, user_id=bob, monthly_cap=20)
    it.ask(bob, "use_credits", service="sms", key="two", account_id=team)
    for who in (ann, bob):
        it.ask(who, "list_my_credit_accounts")
        it.ask(who, "list_credit_members", account_id=team)
    it.ask(ann, "remove_credit_member", account_id=team, user_id=bob)


def give(it: Played, ann: UUID, bob: UUID) -> None:
    """Send gifts, of which one is accepted and one taken back."""
    wish: dict[str, Any] = {"recipient_email": "bob@example.com", "amount": 10}
    gift = it.ask(ann, "send_credit_gift", key="g1", **wish)
    it.ask(bob, "accept_credit_gift", gift_id=gift["id"])
    gift = it.ask(ann, "send_credit_gift", key="g2", message="for you", **wish)
    it.ask(ann, "cancel_credit_gift", gift_id=gift["id"])
    for who in (ann, bob):
        it.ask(who, "list_credit_gifts")


def leave(it: Played, ann: UUID) -> None:
    """Do what names a user, who then is gone."""
    dan = sign_up(it.conn, "dan@example.com")
    it.buy(dan, package="starter")
    team = it.ask(dan, "create_credit_team", name="Den")["account_id"]
    wish: dict[str, Any] = {"account_id": team, "role": "owner"}
    invitation = it.ask(dan, "invite_credit_member", email="ann@example.com", **wish)
    it.ask(ann, "accept_credit_invitation", invitation_id=invitation["id"])
    it.ask("service", "invite_credit_member", email="fay@example.com", **wish)
    wish = {"recipient_email": "ann@example.com", "amount": 5}
    gift = it.ask(dan, "send_credit_gift", key="g3", **wish)
    it.ask(ann, "accept_credit_gift", gift_id=gift["id"])
    it.conn.execute("update auth.users set email = null where id = %s", [dan])
    it.ask(ann, "list_credit_members", account_id=team)
    it.conn.execute("delete from auth.users where id = %s", [dan])
    it.ask(ann, "list_credit_invitations", account_id=team)
    it.ask(ann, "list_credit_gifts")


def dispute(it: Played, ann: UUID) -> None:
    """File a dispute, withdraw it, file it again; review and resolve that."""
    paid = it.ask(ann, "use_credits", service="query", key="three")["transaction_id"]
    wish = {"transaction_id": paid, "reason": "other", "description": "nothing came"}
    filed = it.ask(ann, "submit_credit_dispute", **wish)
    it.ask(ann, "withdraw_credit_dispute", dispute_id=filed["id"])
    filed = it.ask(ann, "submit_credit_dispute", **wish)
    it.ask("admin", "admin_list_disputes")
    it.ask("admin", "admin_review_dispute", dispute_id=filed["id"])
    it.ask("admin", "admin_resolve_dispute", dispute_id=filed["id"], outcome="approved", note=WHY)
    it.ask(ann, "get_credit_dispute", dispute_id=filed["id"])
    it.ask(ann, "list_my_credit_disputes")


def move_credits(it: Played, ann: UUID) -> None:
    """Add, remove, void and refund, with a second administrator and without."""
    it.act("add_credits", ann, amount=30)
    it.act("remove_credits", ann, amount=5)
    paid = it.ask(ann, "use_credits", service="query", key="four")["transaction_id"]
    it.act("refund_transaction", ann, transaction_id=paid)
    it.act("void_grant", ann, grant_id=add(it.conn, ann, 7)["grant_id"])
    for answer in ("approve", "decline"):
        waiting = it.act("add_credits", ann, amount=2000)
        it.ask("admin", "admin_list_pending_acts")
        more = {"reason": WHY} if answer == "decline" else {}
        it.ask("second", f"admin_{answer}_act", act_id=waiting["act_id"], **more)


def close(it: Played) -> None:
    """Open an account of the application's own; pause one, and erase it."""
    with as_service(it.conn):
        one = call(it.conn, "open_credit_account", external_id="shop-1", email="one@example.com")
    it.ask("service", "get_credit_balance", account_id=one)
    eve = sign_up(it.conn, "eve@example.com")
    it.ask("admin", "admin_pause_account", account_id=eve, reason=WHY)
    it.ask("admin", "admin_list_accounts", status="paused")
    it.ask("admin", "admin_erase_account", account_id=eve, reason=WHY)


def report(it: Played, ann: UUID) -> None:
    """Read all reports and lists of administrators."""
    roll_up(it.conn)
    for name in (
        "get_dispute_statistics", "get_margin", "get_revenue", "get_system_summary",
        "get_usage_by_service", "list_accounts", "list_audit", "list_top_accounts",
    ):  # fmt: skip
        it.ask("admin", f"admin_{name}")
    it.ask("admin", "admin_list_disputes", status=None)
    for name in ("get_account", "list_transactions"):
        it.ask("admin", f"admin_{name}", account_id=ann)
