"""``python -m edge``: run the edge on this machine's loopback address, for development."""

from __future__ import annotations

from logging.config import dictConfig

import click
from werkzeug.serving import make_server

from edge.app import create_app
from edge.config import ConfigError
from edge.logs import FORMATS, log_settings


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--log-format", type=click.Choice(FORMATS), envvar="LOG_FORMAT", default="text")
def main(port: int, log_format: str) -> None:
    """Run a development server with the settings of the environment until it is interrupted."""
    dictConfig(log_settings(log_format))
    try:
        app = create_app()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    server = make_server("127.0.0.1", port, app, threaded=True)
    click.echo(f"Edge: http://127.0.0.1:{server.server_port}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        server.server_close()
        app.extensions["pool"].close()


if __name__ == "__main__":
    main()
