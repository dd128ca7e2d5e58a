"""``python -m scripts.dev.gateway``: run the gateway on this machine's loopback address."""

from __future__ import annotations

import click
from werkzeug.serving import make_server

from scripts.dev.gateway.app import create_gateway


@click.command(context_settings={"auto_envvar_prefix": "CREDITS_GATEWAY"})
@click.option("--dsn", required=True, help="Postgres, as the role authenticator.")
@click.option("--jwt-secret", required=True, help="The HS256 secret of the tokens.")
@click.option("--anon-key", required=True, help="The publishable key: role anon.")
@click.option("--service-key", required=True, help="The secret key: role service_role.")
@click.option("--schema", "schemas", multiple=True, default=["public"], show_default=True)
@click.option("--max-rows", type=int, default=1000, show_default=True, help="0 for no limit.")
@click.option("--port", type=int, default=54321, show_default=True)
def main(
    dsn: str,
    jwt_secret: str,
    anon_key: str,
    service_key: str,
    schemas: tuple[str, ...],
    max_rows: int,
    port: int,
) -> None:
    """Run the development stand-in for PostgREST until it is interrupted.

    Every option may come from the environment instead, as CREDITS_GATEWAY_DSN and so on.
    """
    app = create_gateway(dsn, jwt_secret, anon_key, service_key, schemas, max_rows or None)
    server = make_server("127.0.0.1", port, app, threaded=True)
    click.echo(f"Development gateway: http://127.0.0.1:{server.server_port}/rest/v1")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        server.server_close()
        app.extensions["gateway"].close()


if __name__ == "__main__":
    main()
