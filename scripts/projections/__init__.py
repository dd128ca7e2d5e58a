"""Business projections: exact arithmetic on fractions, in major units, rounded only to be shown."""
