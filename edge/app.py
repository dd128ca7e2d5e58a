"""The application: configuration, connections, routes and errors put together."""

from __future__ import annotations

from flask import Flask, Response

from edge import checkout, health, metrics, portal, subscriptions, webhooks
from edge.auth import Tokens
from edge.body import ExactJson
from edge.config import Config
from edge.cors import allow_site
from edge.db import open_pool
from edge.errors import register_errors
from edge.metrics import Metrics
from edge.requests import observe_requests
from edge.stripe_api import stripe_client

_BODY_BYTES = 1024 * 1024  # no event of Stripe comes near


def create_app(config: Config | None = None) -> Flask:
    """Make the edge; as WSGI factory: ``edge.app:create_app()``.

    Args:
        config: the settings; None for those of the environment.

    Returns:
        The application. Whoever stops it closes ``extensions["pool"]``.

    Raises:
        ConfigError: the environment is not complete.
    """
    config = config or Config.from_environment()
    app = Flask("edge", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_BYTES
    app.json = ExactJson(app)
    # Endpoints are configured by hand, with and without the slash at the end.
    app.url_map.strict_slashes = False
    app.extensions.update(
        config=config,
        pool=open_pool(config.database_url),
        stripe=stripe_client(config),
        tokens=Tokens(config),
        metrics=Metrics(app),
    )
    observe_requests(app)
    for module in (webhooks, checkout, subscriptions, portal, health, metrics):
        app.register_blueprint(module.bp)
    register_errors(app)
    allow_site(app, config.site_url)
    app.after_request(_forbid_caching)
    return app


def _forbid_caching(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
