"""What is done with Stripe from time to time, without a request: by commands and schedulers."""
