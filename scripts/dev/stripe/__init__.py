"""A local stand-in for Stripe: its HTTP API, its pay page and billing portal, signed webhooks.

No card is charged.

It answers the part of the API that this project calls, in the shapes that the installed stripe
library annotates. Everything else is refused, never ignored.
"""

from scripts.dev.stripe.app import App, create_stripe
from scripts.dev.stripe.server import listen, serving

__all__ = ["App", "create_stripe", "listen", "serving"]
