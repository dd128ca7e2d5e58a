"""Start the stand-in in the foreground: ``python -m scripts.dev.stripe``."""

from __future__ import annotations

import click

from scripts.dev.stripe.app import DEFAULT_API_KEY, create_stripe
from scripts.dev.stripe.server import HOST, bind, listen


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=12111, show_default=True)
@click.option("--webhook-url", "webhook_urls", multiple=True, help="An endpoint; may be repeated.")
@click.option(
    "--webhook-secret",
    envvar="STRIPE_WEBHOOK_SECRET",
    default="whsec_stand_in",
    show_envvar=True,
    help="Signs the webhooks.",
)
@click.option(
    "--api-key",
    envvar="STRIPE_SECRET_KEY",
    default=DEFAULT_API_KEY,
    show_envvar=True,
    help="The one key that is taken.",
)
@click.option("--public-url", help="Where browsers reach it. [default: the address served on]")
@click.option("--now", type=int, help="Stop the clock at this time, in Unix seconds.")
def main(
    port: int,
    webhook_urls: tuple[str, ...],
    webhook_secret: str,
    api_key: str,
    public_url: str | None,
    now: int | None,
) -> None:
    """Serve the local stand-in for Stripe on 127.0.0.1. No card is charged."""
    with listen(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        app = create_stripe(webhook_urls, webhook_secret, public_url or address, api_key, now=now)
        click.echo(f"Stripe stand-in on {address}, webhooks to {', '.join(webhook_urls) or '-'}")
        try:
            bind(app.flask, listener).serve_forever()
        finally:
            app.close()


if __name__ == "__main__":
    main()
