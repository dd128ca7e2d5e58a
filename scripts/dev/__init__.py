"""Development tools: the local database, RPC gateway and Stripe stand-in. Never production."""
