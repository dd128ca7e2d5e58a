"""A voice call, metered by the minute, and cut when the credits run out."""
