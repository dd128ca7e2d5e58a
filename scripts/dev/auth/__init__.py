"""A development stand-in for Supabase Auth: sign-up, sign-in and sessions for supabase-js.

It writes real rows of ``auth.users`` with the rights that Supabase Auth has, asks the sign-up hook
first, and gives tokens that the gateway and the edge prove. What it is not: passwords and sessions
are in memory and end with the process; no mail is sent, and every address is confirmed at once;
there is no link, code, phone, provider, second factor, anonymous user or change of a user, no limit
of attempts, and no grace for a refresh token that comes twice. It is not meant to face a network.
"""

from scripts.dev.auth.routes import auth_routes
from scripts.dev.auth.service import Auth
from scripts.dev.auth.tokens import sign_token

__all__ = ["Auth", "auth_routes", "sign_token"]
