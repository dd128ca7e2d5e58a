"""The command line `pgcredits`: one module per command."""
