"""The hosted pay page: what is bought, and the ways a payment can go."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from scripts.dev.stripe import pages
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.payments import ACTIONS
from scripts.dev.stripe.store import Json, State

_BUTTONS = {
    "payment": {"pay": "Pay", "pay_async": "Pay later", "decline": "Decline"},
    "subscription": {"pay": "Subscribe", "decline": "Decline"},
}
_FREE_BUTTONS = {
    "payment": {"pay": "Complete order"},
    "subscription": {"pay": "Start"},
}

_BODY = """<table>
<caption hidden>What is bought</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Quantity</th><th scope="col">Amount</th></tr></thead>
<tbody>
{% for line in lines %}<tr><td>{{ line.description }}</td><td>{{ line.quantity }}</td>
<td>{% if line.price.recurring %}{{ per(line.price, line.quantity) }}{% else
%}{{ money(line.amount_total, line.currency) }}{% endif %}</td></tr>
{% endfor %}</tbody>
<tfoot><tr><th scope="row" colspan="2">{{ "Due today" if terms else "Total" }}</th>
<td id="total"><strong>{{ money(session.amount_total, session.currency) }}</strong></td></tr></tfoot>
</table>
{% if terms %}<p id="terms">{{ terms }}</p>
{% endif %}{% if session.customer_details %}<p>Receipt to {{ session.customer_details.email }}</p>{% endif %}
{% if session.status == "open" %}
<form method="post">
{% for action, label in buttons.items() %}<button name="action" value="{{ action }}">{{ label }}</button>
{% endfor %}</form>
{% if "pay_async" in buttons %}<p>Pay later completes the checkout before the money arrives.</p>
{% endif %}{% if session.cancel_url %}<p><a id="cancel" href="{{ session.cancel_url }}">Cancel and go back</a></p>{% endif %}
{% else %}
<p id="closed">This session is {{ session.status }}{% if session.status == "complete" %}
({{ session.payment_status }}){% endif %}. There is nothing to pay here.</p>
{% endif %}"""  # noqa: E501  lines of HTML whose breaks would show


def pay_page_routes(state: State) -> Blueprint:
    """Return ``/c/pay/<session id>``, open to everybody who knows the id."""
    routes = Blueprint("pay_page", __name__, url_prefix="/c/pay")
    routes.register_error_handler(ApiError, pages.explain)

    @routes.get("/<session_id>")
    def show(session_id: str) -> Response:
        with state.lock:
            return _page(state, state.get("checkout.session", session_id))

    @routes.post("/<session_id>")
    def act(session_id: str) -> ResponseReturnValue:
        action = request.form.get("action", "")
        with state.lock:
            session = state.get("checkout.session", session_id)
            if action not in _buttons(session):
                raise ApiError("No such button", param="action")
            if session["status"] != "open":
                return redirect(request.path, 303)
            ACTIONS[action](state, session_id)
            if session["status"] == "open":
                return _page(state, session, "The card was declined. Nothing was paid.")
            return redirect(_success_url(session), 303)

    return routes


def _buttons(session: Json) -> dict[str, str]:
    return (_BUTTONS if session["amount_total"] else _FREE_BUTTONS)[session["mode"]]


def _success_url(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _terms(state: State, session: Json) -> str | None:
    """Return what a subscription will cost later; None for one payment."""
    if session["mode"] != "subscription":
        return None
    hidden = state.hidden[session["id"]]
    [line] = hidden["lines"]
    then = f"{pages.format_price(line['price'], line['quantity'])} until it is cancelled."
    days = hidden["subscription_data"]["trial_period_days"]
    return f"Free for {days} days, then {then}" if days else f"Renews at {then}"


def _page(state: State, session: Json, message: str | None = None) -> Response:
    return pages.page(
        _BODY,
        title="Checkout",
        message=message,
        session=session,
        lines=state.hidden[session["id"]]["lines"],
        terms=_terms(state, session),
        buttons=_buttons(session),
    )
