"""``python -m examples``: serve the examples on this machine, in the environment of the edge."""

from __future__ import annotations

import logging
import os

import click
from werkzeug.serving import make_server

from edge.config import Config, ConfigError
from examples.chat.models import Model, StandIn
from examples.chat.routes import chat_routes
from examples.documents.routes import document_routes
from examples.server import PAGES, ask_site, create_app
from examples.voice.routes import voice_routes


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8010, show_default=True)
@click.option(
    "--service",
    envvar="CHAT_SERVICE",
    default="claude",
    show_default=True,
    help="What the catalog calls the chat's model.",
)
@click.option(
    "--model",
    envvar="CHAT_MODEL",
    default="claude-haiku-4-5",
    show_default=True,
    help="What Anthropic calls it; used where ANTHROPIC_API_KEY is set.",
)
@click.option(
    "--minute",
    envvar="VOICE_MINUTE_SECONDS",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    help="How many seconds a minute of a call has; fewer for who cannot wait.",
)
def main(port: int, service: str, model: str, minute: float) -> None:
    """Serve the chat, the call and the documents until it is interrupted."""
    logging.basicConfig(level=logging.INFO)
    try:
        config = Config.from_environment()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    routes = [chat_routes(_choose(model), service), voice_routes(minute), document_routes()]
    told = ask_site(config) if PAGES.is_dir() else None
    app = create_app(config, routes, told)
    server = make_server("127.0.0.1", port, app, threaded=True)
    click.echo(f"Examples: http://127.0.0.1:{server.server_port}")
    if told is None:
        click.echo("Without pages: npm --prefix web run build:examples makes them, and")
        click.echo("CREDITS_SITE_URL must be a site that answers /config.json.")
    try:
        server.serve_forever()  # it ends, and closes its socket, at Ctrl-C
    finally:
        app.extensions["pool"].close()


def _choose(model: str) -> Model:
    """Return Anthropic's model where there is a key, else the stand-in."""
    if not os.environ.get("ANTHROPIC_API_KEY"):
        click.echo("Model: a stand-in that answers by itself (no ANTHROPIC_API_KEY)")
        return StandIn()
    try:
        from examples.chat.anthropic_model import AnthropicModel
    except ImportError as error:
        raise click.ClickException("ANTHROPIC_API_KEY is set: pip install anthropic") from error
    click.echo(f"Model: {model} of Anthropic")
    return AnthropicModel(model)


if __name__ == "__main__":
    main()
