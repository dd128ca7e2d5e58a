"""The thin HTTP edge between Stripe and the credits in Postgres."""
