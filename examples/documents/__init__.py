"""Documents and bundles, charged each when it is done."""
