"""The checks of ``pgcredits doctor``."""
