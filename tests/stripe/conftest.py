"""A stand-in for Stripe on a free port, and the real client that speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe, listen, serving

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


@pytest.fixture
def api_key() -> str:
    return "sk_test_of_the_tests"


@pytest.fixture
def stand_in(api_key: str) -> Iterator[App]:
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_stripe((), "whsec_of_the_tests", url, api_key)
    with serving(app.flask, listener):
        yield app
    app.close()


@pytest.fixture
def client(stand_in: App, api_key: str) -> stripe.StripeClient:
    return stripe.StripeClient(api_key, base_addresses={"api": stand_in.state.public_url})


@pytest.fixture
def one_line() -> Callable[..., SessionCreateParams]:
    """Parameters of a session with one line, twice 12.50 USD; keywords replace or add to them."""

    def one_line(**more: object) -> SessionCreateParams:
        product = {"name": "Starter"}
        price = {"currency": "usd", "unit_amount": 1250, "product_data": product}
        params = {
            "mode": "payment",
            "success_url": "http://localhost/thanks?session={CHECKOUT_SESSION_ID}",
            "line_items": [{"price_data": price, "quantity": 2}],
        }
        return params | more  # type: ignore[return-value]

    return one_line
