"""Webhook endpoints, which the deliveries go to, and the account that they are of."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_KIND = "webhook_endpoint"


def add_endpoint(state: State, url: str, secret: str) -> Json:
    """Keep an endpoint of every event, whose deliveries are signed with ``secret``."""
    return _keep(state, {"api_version": stripe.api_version, "url": url}, ["*"], secret)


def create_endpoint(state: State, params: Params) -> Json:
    """Create an endpoint; only this answer shows the ``secret`` of its signatures."""
    params.only("api_version", "description", "enabled_events", "metadata", "url")
    params.required("url")
    fields: Json = {
        "api_version": params.text("api_version"),
        "description": params.text("description"),
        "metadata": params.metadata(),
        "url": params.url("url"),
    }
    secret = state.new_id("whsec")
    return {**_keep(state, fields, _enabled_events(params), secret), "secret": secret}


def update_endpoint(state: State, params: Params, endpoint_id: str) -> Json:
    """Change an endpoint's address, events or description, or stop and start its deliveries."""
    params.only("description", "disabled", "enabled_events", "url")
    endpoint = state.get(_KIND, endpoint_id)
    if "enabled_events" in params:
        endpoint["enabled_events"] = _enabled_events(params)
    if (disabled := params.flag("disabled")) is not None:
        endpoint["status"] = "disabled" if disabled else "enabled"
    texts = {"description": params.text("description"), "url": params.url("url")}
    endpoint |= {name: text for name, text in texts.items() if text is not None}
    return endpoint


def listening(state: State, event_type: str) -> list[Json]:
    """Return the endpoints that get events of this type."""
    return [
        endpoint
        for endpoint in state.all(_KIND)
        if endpoint["status"] == "enabled" and {"*", event_type} & {*endpoint["enabled_events"]}
    ]


def secret_of(state: State, endpoint: Json) -> str:
    """Return what signs the deliveries to an endpoint."""
    secret: str = state.hidden[endpoint["id"]]["secret"]
    return secret


def get_account(state: State, params: Params) -> Json:
    """Return the account that the secret key belongs to."""
    params.only()
    return next(iter(state.all("account")), None) or state.put(_account(state))


def _keep(state: State, fields: Json, enabled_events: list[str], secret: str) -> Json:
    fields = fields | {"enabled_events": enabled_events, "status": "enabled"}
    built = objects.new(state, stripe.WebhookEndpoint, "we", fields)
    del built["secret"]
    state.hidden[built["id"]] = {"secret": secret}
    return state.put(built)


def _enabled_events(params: Params) -> list[str]:
    chosen = params.texts("enabled_events")
    if not chosen:
        raise params.refuse("enabled_events", "Name at least one event", "parameter_missing")
    return chosen


def _account(state: State) -> Json:
    fields: Json = {
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": "seller@example.org",
        "payouts_enabled": True,
        "type": "standard",
    }
    return objects.new(state, stripe.Account, "acct", fields)


COLLECTIONS = {"webhook_endpoints": _KIND}
FILTERS: dict[str, dict[str, str]] = {_KIND: {}}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/webhook_endpoints"): create_endpoint,
    ("POST", "/webhook_endpoints/<id>"): update_endpoint,
    ("GET", "/account"): get_account,
}
