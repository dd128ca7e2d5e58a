"""The hosted pay page: plain HTML that says what it is, and the ways a payment can go."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.money import format_money
from scripts.dev.stripe.payments import ACTIONS
from scripts.dev.stripe.store import Json, State

_BUTTONS = {"pay": "Pay", "pay_async": "Pay later", "decline": "Decline"}
_FREE_BUTTONS = {"pay": "Complete order"}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay page (local stand-in)</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1f; background: #fff }
.stand-in { border: 2px dashed #8a5a00; background: #fff6e0; padding: .5rem 1rem }
.declined { border-left: 4px solid #b3261e; background: #fdeceb; padding: .5rem 1rem }
table { width: 100%; border-collapse: collapse; margin: 1.5rem 0 }
th, td { text-align: left; padding: .4rem 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
th:last-child, td:last-child { text-align: right; white-space: nowrap }
button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0 }
</style>
</head>
<body>
<main>
<p class="stand-in"><strong>Local stand-in for Stripe.</strong> For development only:
no card is asked for and no card is charged.</p>
<h1>Checkout</h1>
{% if message %}<p class="declined" role="alert">{{ message }}</p>{% endif %}
<table>
<caption hidden>What is bought</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Quantity</th><th scope="col">Amount</th></tr></thead>
<tbody>
{% for line in lines %}<tr><td>{{ line.description }}</td><td>{{ line.quantity }}</td>
<td>{{ money(line.amount_total, line.currency) }}</td></tr>
{% endfor %}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th>
<td id="total"><strong>{{ money(session.amount_total, session.currency) }}</strong></td></tr></tfoot>
</table>
{% if session.customer_details %}<p>Receipt to {{ session.customer_details.email }}</p>{% endif %}
{% if session.status == "open" %}
<form method="post">
{% for action, label in buttons.items() %}<button name="action" value="{{ action }}">{{ label }}</button>
{% endfor %}</form>
{% if "pay_async" in buttons %}<p>Pay later completes the checkout before the money arrives.</p>
{% endif %}{% if session.cancel_url %}<p><a id="cancel" href="{{ session.cancel_url }}">Cancel and go back</a></p>{% endif %}
{% else %}
<p id="closed">This session is {{ session.status }}{% if session.status == "complete" %}
({{ session.payment_status }}){% endif %}. There is nothing to pay here.</p>
{% endif %}
</main>
</body>
</html>
"""  # noqa: E501  lines of HTML whose breaks would show


def pay_page_routes(state: State) -> Blueprint:
    """Return ``/c/pay/<session id>``, open to everybody who knows the id."""
    routes = Blueprint("pay_page", __name__, url_prefix="/c/pay")

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

    @routes.errorhandler(ApiError)
    def explain(error: ApiError) -> ResponseReturnValue:
        text = "Local stand-in for Stripe: {{ error }}. It forgets its sessions when it stops."
        return render_template_string(text, error=error), error.status

    return routes


def _buttons(session: Json) -> dict[str, str]:
    return _BUTTONS if session["amount_total"] else _FREE_BUTTONS


def _success_url(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _page(state: State, session: Json, message: str | None = None) -> Response:
    html = render_template_string(
        _PAGE,
        session=session,
        lines=state.hidden[session["id"]]["lines"],
        message=message,
        buttons=_buttons(session),
        money=format_money,
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Referrer-Policy": "no-referrer",
    }
    return Response(html, content_type="text/html; charset=utf-8", headers=headers)
