"""The words of notices: the templates of ``edge/mail``, one for text and one for HTML each.

A template is given the members of the notice's payload, and ``site`` and ``site_url``. What it
prints of them is one line each, whatever somebody wrote into it; in HTML it is escaped.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from markupsafe import Markup

from edge.jobs.notices import Notice

FOLDER = Path(__file__).parents[1] / "mail"
# Currencies whose amounts have no places, and those that have three.
_WHOLE = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_THOUSANDTHS = "bhd jod kwd omr tnd"
# Ends of lines and other controls, and the marks that turn the direction of what follows.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class UnwritableError(Exception):
    """A notice has no template, or lacks what the template tells."""


@dataclass(frozen=True)
class Text:
    """A notice in words; the subject is one line."""

    subject: str
    plain: str
    html: str


def write(notice: Notice, site_url: str) -> Text:
    """Put a notice into words.

    Raises:
        UnwritableError: that cannot be done.
    """
    values = json.loads(notice.payload, parse_float=Decimal)
    values |= {"site_url": site_url, "site": urlsplit(site_url).netloc}
    try:
        plain = _TEMPLATES.get_template(f"{notice.topic}.txt")
        lines = plain.blocks["subject"](plain.new_context(values))
        subject = str(_one_line("".join(lines))).strip()
        html = _TEMPLATES.get_template(f"{notice.topic}.html")
        return Text(subject, plain.render(values), html.render(values, subject=subject))
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise UnwritableError(f"{notice.topic}: {error}") from error


def show_credits(amount: Decimal | int) -> str:
    """Show an amount of credits, such as 1,250.5."""
    whole, _, places = f"{Decimal(amount):,f}".partition(".")
    return f"{whole}.{places}".rstrip("0").rstrip(".") if places else whole


def show_money(cents: Decimal | int, currency: str) -> str:
    """Show an amount of minor units, such as 6.50 USD."""
    code = currency.lower()
    places = 0 if code in _WHOLE.split() else 3 if code in _THOUSANDTHS.split() else 2
    return f"{Decimal(cents).scaleb(-places):,.{places}f} {currency.upper()}"


def show_time(text: str) -> str:
    """Show a time of JSON, such as 3 December 2026, 14:05 UTC."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _one_line(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub(" ", value)
    return value


_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    finalize=_one_line,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.policies["json.dumps_kwargs"] = {"default": str}
_TEMPLATES.filters |= {
    "credits": show_credits,
    "money": show_money,
    "time": show_time,
    "lines": str.splitlines,
}
