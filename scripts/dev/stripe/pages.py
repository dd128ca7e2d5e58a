"""What the stand-in's pages have in common: plain HTML that says what it is."""

from __future__ import annotations

from flask import Response, render_template_string

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.money import format_money
from scripts.dev.stripe.store import Json

_LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} (local stand-in)</title>
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
<h1>{{ title }}</h1>
{% if message %}<p class="declined" role="alert">{{ message }}</p>{% endif %}
"""  # noqa: E501  lines of HTML whose breaks would show
_END = """
</main>
</body>
</html>
"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


def page(body: str, *, title: str, message: str | None = None, **context: object) -> Response:
    """Render a body, a template, within the layout.

    Args:
        body: What comes below the heading; ``money`` and ``per`` format amounts and prices.
        title: The heading.
        message: A refusal to show first, or None.
        context: What the body names.
    """
    html = render_template_string(
        _LAYOUT + body + _END,
        title=title,
        message=message,
        money=format_money,
        per=format_price,
        **context,
    )
    return Response(html, content_type="text/html; charset=utf-8", headers=_HEADERS)


def explain(error: ApiError) -> tuple[str, int]:
    """Answer a refusal in words."""
    text = "Local stand-in for Stripe: {{ error }}. It forgets its sessions when it stops."
    return render_template_string(text, error=error), error.status


def format_price(price: Json, quantity: int = 1) -> str:
    """Return ``19.00 USD per month``, or ``per 3 months``, for a recurring price."""
    recurring = price["recurring"]
    money = format_money(price["unit_amount"] * quantity, price["currency"])
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"{money} per {interval}" if count == 1 else f"{money} per {count} {interval}s"
