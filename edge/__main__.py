"""``python -m edge``: run the edge on this machine's loopback address, for development."""

from __future__ import annotations

import click
from werkzeug.serving import make_server

from edge.app import create_app
from edge.config import ConfigError


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def main(port: int) -> None:
    """Run a development server with the settings of the environment until it is interrupted."""
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
