"""What a catalog earns and loses: exact arithmetic on its prices and costs, and rules about it."""
