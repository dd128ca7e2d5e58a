"""The application of the examples: who calls, the database, the routes and the pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import requests
from flask import Blueprint, Flask

from edge.auth import Tokens
from edge.config import Config
from edge.db import open_pool
from edge.errors import register_errors
from scripts.dev.pages import create_pages

PAGES = Path(__file__).with_name("dist")  # where `npm run build:examples` puts them
_BODY_BYTES = 1024 * 1024
_SECONDS = 5


def create_app(
    config: Config, routes: Iterable[Blueprint], told: dict[str, Any] | None = None
) -> Flask:
    """Make the application. Whoever stops it closes ``extensions["pool"]``.

    Args:
        config: the edge's: it proves the same tokens, and refuses in the same words.
        routes: those of each example.
        told: what ``/config.json`` tells the pages; None to serve none.
    """
    app = Flask("examples", static_folder=None)
    if told is not None:
        app = create_pages(PAGES, lambda: told, [told["supabaseUrl"]])
    app.config["MAX_CONTENT_LENGTH"] = _BODY_BYTES
    app.extensions.update(config=config, pool=open_pool(config.database_url), tokens=Tokens(config))
    register_errors(app)
    for blueprint in routes:
        app.register_blueprint(blueprint)
    return app


def ask_site(config: Config) -> dict[str, Any] | None:
    """Return what the site tells its own pages, and where it is; None where it tells nothing."""
    try:
        answer = requests.get(f"{config.site_url}/config.json", timeout=_SECONDS)
        answer.raise_for_status()
        return {**answer.json(), "siteUrl": config.site_url}
    except requests.RequestException:
        return None
