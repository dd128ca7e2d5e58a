"""Members of the team: invited by e-mail, with roles and caps; a team has an owner, always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import ZERO, Member, RefusedError
from tests.model.spending import month_spent
from tests.wallets import Row

if TYPE_CHECKING:
    from tests.model.world import World

RANKS = ("viewer", "member", "admin", "owner")
LIFE = timedelta(days=14)


@dataclass
class Invitation:
    """An invitation into the team; the database gives it its id."""

    id: UUID
    email: str
    role: str
    expires_at: datetime
    state: str = "open"


def check_manager(team: Account, user_id: UUID) -> int:
    """Refuse who does not manage the team; return how high the role stands."""
    member = team.members.get(user_id)
    if member is None or member.role not in ("admin", "owner"):
        raise RefusedError("PT404", "account_not_found")
    return RANKS.index(member.role)


def check_rank(rank: int, role: str) -> None:
    """Refuse a role above the own."""
    if RANKS.index(role) > rank:
        raise RefusedError("PT403", "role_too_high")


def check_last_owner(team: Account, member: Member) -> None:
    """Refuse to leave a team without an owner."""
    if member.role == "owner" and [m.role for m in team.members.values()].count("owner") == 1:
        raise RefusedError("PT409", "last_owner")


def invite(world: World, by: UUID, user_id: UUID, role: str, id_: UUID) -> Row:
    """Invite somebody; again, it renews the open invitation."""
    team, email = world.team, world.emails[user_id]
    rank = check_manager(team, by)
    team.settle()
    check_rank(rank, role)
    if user_id in team.members:
        raise RefusedError("PT409", "already_member")
    found = [it for it in world.invitations if it.email == email and it.state == "open"]
    if not found:
        found = [Invitation(id_, email, role, world.clock.now)]
        world.invitations.extend(found)
    found[0].role, found[0].expires_at = role, world.clock.now + LIFE
    return {"id": found[0].id, "email": email, "role": role, "state": "open"}


def accept(world: World, user_id: UUID, number: int) -> Row:
    """Become a member."""
    invitation, team = world.invitations[number], world.team
    is_open = invitation.state == "open" and invitation.expires_at > world.clock.now
    is_mine = invitation.email == world.emails[user_id]
    if not is_mine or not (is_open or (invitation.state == "accepted" and user_id in team.members)):
        raise RefusedError("PT404", "invitation_not_found")
    team.settle()
    if is_open:
        invitation.state = "accepted"
        team.members.setdefault(user_id, Member(invitation.role))
    return {"account_id": team.id, "role": team.members[user_id].role}


def revoke(world: World, user_id: UUID, number: int) -> Row:
    """Take an invitation back, or decline it."""
    invitation, member = world.invitations[number], world.team.members.get(user_id)
    is_manager = member is not None and member.role in ("admin", "owner")
    is_mine = invitation.email == world.emails[user_id] and invitation.expires_at > world.clock.now
    if invitation.state != "open" or not (is_manager or is_mine):
        raise RefusedError("PT404", "invitation_not_found")
    world.team.settle()
    invitation.state = "revoked"
    return {"id": invitation.id, "state": "revoked"}


def set_member(world: World, by: UUID, user_id: UUID, role: str | None, cap: Decimal | None) -> Row:
    """Change a role or a cap; -1 clears the cap."""
    team = world.team
    rank, member = open_member(team, check_manager(team, by), user_id)
    if role is not None:
        check_rank(rank, role)
        if role != "owner":
            check_last_owner(team, member)
        member.role = role
    if cap is not None:
        member.cap = None if cap == -1 else cap
    return show_member(team, user_id)


def set_caps(world: World, by: UUID, cap: Decimal) -> None:
    """Change the caps of all members of role member."""
    check_manager(world.team, by)
    world.team.settle()
    for member in world.team.members.values():
        if member.role == "member":
            member.cap = None if cap == -1 else cap


def remove(world: World, by: UUID, user_id: UUID) -> Row:
    """Remove a member, or leave."""
    team = world.team
    if by != user_id:
        check_manager(team, by)
    elif by not in team.members:
        raise RefusedError("PT404", "account_not_found")
    _, member = open_member(team, RANKS.index(team.members[by].role), user_id)
    check_last_owner(team, member)
    del team.members[user_id]
    return {"user_id": user_id, "role": member.role}


def open_member(team: Account, rank: int, user_id: UUID) -> tuple[int, Member]:
    """Return a member whose role is not above a rank, and the rank."""
    team.settle()
    if user_id not in team.members:
        raise RefusedError("PT404", "member_not_found")
    check_rank(rank, team.members[user_id].role)
    return rank, team.members[user_id]


def show_member(team: Account, user_id: UUID) -> Row:
    """Return a member as managers see it."""
    member = team.members[user_id]
    held = sum((hold.amount for hold in team.open_holds if hold.user_id == user_id), ZERO)
    return {
        "user_id": user_id,
        "role": member.role,
        "monthly_cap": member.cap,
        "spent": month_spent(team, user_id),
        "held": held,
    }
