"""Stripe's HTTP API: the table of what the stand-in answers, and how one request is served."""

from __future__ import annotations

import hmac
import json
from functools import partial

import stripe
from flask import Blueprint, Response, request

from scripts.dev.stripe import (
    catalog,
    checkout,
    customers,
    disputes,
    endpoints,
    forms,
    intents,
    invoice_api,
    payment_methods,
    portal,
    portal_configurations,
    refunds,
    subscription_api,
)
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.expand import expand
from scripts.dev.stripe.idempotency import Answers
from scripts.dev.stripe.listing import list_objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_MODULES = (
    catalog,
    checkout,
    customers,
    disputes,
    endpoints,
    intents,
    invoice_api,
    payment_methods,
    portal,
    portal_configurations,
    refunds,
    subscription_api,
)
# Address of the list below /v1, and the objects' kind. All can be listed and retrieved.
COLLECTIONS = {"events": "event"} | {
    path: kind for module in _MODULES for path, kind in module.COLLECTIONS.items()
}
# kind -> {parameter of its list: where the field is that must equal it, such as ``a.b``}
FILTERS = {"event": {"type": "type"}} | {
    kind: fields for module in _MODULES for kind, fields in module.FILTERS.items()
}
# What changes something, or is not a whole collection; goes before what COLLECTIONS would do.
OPERATIONS: dict[tuple[str, str], Operation] = {
    call: operation for module in _MODULES for call, operation in module.OPERATIONS.items()
}


def api_routes(state: State) -> Blueprint:
    """Return ``/v1/...``; whoever registers it guards it with the secret key."""
    routes = Blueprint("api", __name__, url_prefix="/v1")
    answers = Answers(state.clock)
    operations: dict[tuple[str, str], Operation] = {}
    for path, kind in COLLECTIONS.items():
        operations["GET", f"/{path}"] = partial(_list, kind=kind, url=f"/v1/{path}")
        operations["GET", f"/{path}/<id>"] = partial(_retrieve, kind=kind)
    for (method, path), operation in (operations | OPERATIONS).items():
        routes.add_url_rule(
            path,
            endpoint=f"{method} {path}".replace(".", "_"),
            methods=[method],
            view_func=partial(_serve, state, answers, operation),
        )
    return routes


def authenticate(api_key: str) -> None:
    """Refuse a request that does not carry the secret key, as bearer or as basic user name.

    Raises:
        ApiError: 401.
    """
    given = request.authorization
    key = (given.token if given.type == "bearer" else given.username) if given else None
    if key is None or not hmac.compare_digest(key.encode(), api_key.encode()):
        raise ApiError("No valid API key: send the secret key as bearer", status=401)


def _serve(state: State, answers: Answers, operation: Operation, **ids: str) -> Response:
    version = request.headers.get("Stripe-Version", stripe.api_version)
    if version != stripe.api_version:
        raise ApiError(f"The stand-in speaks {stripe.api_version}, not {version}")
    sent = request.form if request.method == "POST" else request.args
    values = forms.parse(sent.items(multi=True))
    wanted = Params({"expand": values.pop("expand", {})}).texts("expand")

    def act() -> bytes:
        answer = expand(state, operation(state, Params(values), *ids.values()), wanted)
        return json.dumps(answer, indent=2).encode()

    key = request.headers.get("Idempotency-Key")
    with state.lock:
        if key is None or request.method == "GET":
            return _answer(state, act())
        whole = json.dumps([request.method, request.path, values, wanted], sort_keys=True)
        body, replayed = answers.once(key, whole, act)
        response = _answer(state, body)
        response.headers["Idempotency-Key"] = key
        if replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return response


def _answer(state: State, body: bytes) -> Response:
    return Response(
        body,
        content_type="application/json",
        headers={"Request-Id": state.new_id("req"), "Stripe-Version": stripe.api_version},
    )


def _list(state: State, params: Params, *, kind: str, url: str) -> Json:
    return list_objects(state, kind, url, params, FILTERS[kind])


def _retrieve(state: State, params: Params, object_id: str, *, kind: str) -> Json:
    params.only()
    return state.get(kind, object_id)
