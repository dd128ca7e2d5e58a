"""Customers: created, changed, found by their metadata, deleted."""

from __future__ import annotations

import re
from typing import Any

from scripts.dev.stripe import events, objects
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError, missing
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_TEXTS = ("email", "name", "phone", "description")
_CLAUSE = re.compile(r"""(?:metadata\[(['"])(?P<key>.+?)\1\]|(?P<field>email|name))"""
                     r"""\s*:\s*(['"])(?P<value>.*?)\4""")  # fmt: skip


def create(state: State, params: Params) -> Json:
    """Create a customer of ``email``, ``name``, ``phone``, ``description`` and ``metadata``."""
    params.only(*_TEXTS, "metadata", "invoice_settings")
    fields: dict[str, Any] = {name: params.text(name) for name in _TEXTS}
    built = objects.customer(state, fields | {"metadata": params.metadata()})
    built["invoice_settings"] |= _invoice_settings(state, params)
    return events.created(state, built)


def update(state: State, params: Params, customer_id: str) -> Json:
    """Change the given fields; of ``metadata`` the given keys, an empty value removes its key."""
    customer = live(state, customer_id, "id")
    params.only(*_TEXTS, "metadata", "invoice_settings")
    changes: Json = {name: params.text(name) for name in _TEXTS if name in params}
    changes["metadata"] = params.merged_metadata(customer["metadata"])
    changes["invoice_settings"] = customer["invoice_settings"] | _invoice_settings(state, params)
    return events.updated(state, "customer.updated", customer, changes)


def delete(state: State, params: Params, customer_id: str) -> Json:
    """Delete a customer; its subscriptions end, and only a stub with ``deleted`` stays."""
    params.only()
    customer = live(state, customer_id, "id")
    for subscription in state.all(subs.KIND):
        if subscription["customer"] == customer_id and subscription["status"] not in subs.ENDED:
            subs.end(state, subscription, "cancellation_requested")
    events.emit(state, "customer.deleted", customer)
    return state.put({"id": customer_id, "object": "customer", "deleted": True})


def live(state: State, customer_id: str, param: str = "customer") -> Json:
    """Return a customer that is not deleted.

    Raises:
        ApiError: ``resource_missing``, blaming ``param``.
    """
    customer = state.get("customer", customer_id, param)
    if customer.get("deleted"):
        raise missing("customer", customer_id, param)
    return customer


def search(state: State, params: Params) -> Json:
    """Answer a query of clauses joined by AND, on ``email``, ``name`` and ``metadata['key']``.

    Stripe finds what is about a minute old; this finds it at once.
    """
    params.only("query", "limit", "page")
    if "page" in params:
        raise params.refuse("page", "The stand-in answers a search with one page")
    found = [it for it in state.all("customer")[::-1] if not it.get("deleted")]
    for clause in re.split(r"\s+AND\s+", params.required("query")):
        found = _matching(found, clause)
    limit = params.integer("limit", 1, 100) or 10
    return {
        "object": "search_result",
        "url": "/v1/customers/search",
        "has_more": len(found) > limit,
        "next_page": None,
        "data": found[:limit],
    }


def _matching(customers: list[Json], clause: str) -> list[Json]:
    match = _CLAUSE.fullmatch(clause.strip())
    if match is None:
        raise ApiError(f"The stand-in cannot search for: {clause}", param="query")
    key, field, value = match["key"], match["field"], match["value"]
    if key is not None:
        return [it for it in customers if it["metadata"].get(key) == value]
    return [it for it in customers if it[field] == value]


def _invoice_settings(state: State, params: Params) -> Json:
    settings = params.group("invoice_settings").only("default_payment_method")
    if "default_payment_method" not in settings:
        return {}
    name = settings.name("default_payment_method")
    method = state.get("payment_method", settings.required("default_payment_method"), name)
    return {"default_payment_method": method["id"]}


COLLECTIONS = {"customers": "customer"}
FILTERS = {"customer": {"email": "email"}}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/customers"): create,
    ("POST", "/customers/<id>"): update,
    ("DELETE", "/customers/<id>"): delete,
    ("GET", "/customers/search"): search,
}
