"""The benchmark's parts: loads that pgbench runs, databases that they run in, and comparisons."""
