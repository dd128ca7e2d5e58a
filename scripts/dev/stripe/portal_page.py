"""The portal's page: a customer's subscriptions, to be cancelled, resumed or changed."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from scripts.dev.stripe import pages, portal
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.store import Json, State

_BODY = """{% for it in rows %}<section id="{{ it.id }}">
<h2>{{ it.name }}</h2>
<p>{{ per(it.price, it.quantity) }}, {{ it.status }}. {% if it.cancel_at %}Ends on {{ it.cancel_at }}.{%
else %}{{ "First payment" if it.status == "trialing" else "Renews" }} on {{ it.renews_at }}{%
if it.next_price %}, then {{ per(it.next_price, it.quantity) }}{% endif %}.{% endif %}</p>
<form method="post">
<input type="hidden" name="subscription" value="{{ it.id }}">
{% if it.can_cancel %}<button name="action" value="cancel">Cancel subscription</button>
{% endif %}{% if it.can_resume %}<button name="action" value="resume">Do not cancel</button>
{% endif %}{% for price in it.prices %}<button name="action" value="change {{ price.id }}">Change to {{
it.names[price.id] }}, {{ per(price) }}</button>
{% endfor %}</form>
</section>
{% else %}<p id="nothing">There is no subscription.</p>
{% endfor %}{% if has_cards %}<form method="post">
<button name="action" value="card">Pay with another card</button>
</form>
{% endif %}{% if invoices %}<table>
<caption>Invoices</caption>
<thead><tr><th scope="col">Number</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col">Amount</th></tr></thead>
<tbody>
{% for it in invoices %}<tr><td>{{ it.number }}</td><td>{{ day(it.created) }}</td><td>{{ it.status }}</td>
<td>{{ money(it.amount_due, it.currency) }}</td></tr>
{% endfor %}</tbody>
</table>
{% endif %}{% if session.return_url %}<p><a id="back" href="{{ session.return_url }}">Go back</a></p>{% endif %}"""  # noqa: E501  lines of HTML whose breaks would show


def portal_page_routes(state: State) -> Blueprint:
    """Return ``/p/session/<session id>``, open to everybody who knows the id."""
    routes = Blueprint("portal_page", __name__, url_prefix="/p/session")
    routes.register_error_handler(ApiError, pages.explain)

    @routes.get("/<session_id>")
    def show(session_id: str) -> Response:
        with state.lock:
            return _page(state, state.get(portal.KIND, session_id))

    @routes.post("/<session_id>")
    def act(session_id: str) -> ResponseReturnValue:
        action, _, price_id = request.form.get("action", "").partition(" ")
        subscription_id = request.form.get("subscription", "")
        with state.lock:
            session = state.get(portal.KIND, session_id)
            if action == "card":
                portal.add_card(state, session)
            else:
                portal.act(state, session, subscription_id, action, price_id)
            return redirect(request.path, 303)

    return routes


def _page(state: State, session: Json) -> Response:
    has_invoices = portal.feature(state, session, "invoice_history")["enabled"]
    return pages.page(
        _BODY,
        title="Billing",
        session=session,
        rows=[_row(state, session, it) for it in portal.subscriptions_of(state, session)],
        has_cards=portal.feature(state, session, "payment_method_update")["enabled"],
        invoices=_invoices(state, session) if has_invoices else [],
        day=_day,
    )


def _row(state: State, session: Json, subscription: Json) -> Json:
    item = subs.the_item(subscription)
    prices = portal.prices_for(state, session, subscription)
    cancel_at = subscription["cancel_at"]
    return {
        "can_cancel": portal.can(state, session, subscription, "cancel"),
        "can_resume": portal.can(state, session, subscription, "resume"),
        "cancel_at": None if cancel_at is None else _day(cancel_at),
        "id": subscription["id"],
        "name": _name(state, item["price"]),
        "names": {price["id"]: _name(state, price) for price in prices},
        "next_price": state.hidden[subscription["id"]]["next_price"],
        "price": item["price"],
        "prices": prices,
        "quantity": item["quantity"],
        "renews_at": _day(item["current_period_end"]),
        "status": subscription["status"],
    }


def _invoices(state: State, session: Json) -> list[Json]:
    found = state.all("invoice")[::-1]
    return [it for it in found if it["customer"] == session["customer"] and it["number"]]


def _name(state: State, price: Json) -> str:
    name: str = state.get("product", price["product"])["name"]
    return name


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
