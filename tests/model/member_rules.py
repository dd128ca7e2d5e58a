"""Rules of the team: people come and go, roles and caps change."""

from __future__ import annotations

from decimal import Decimal

from tests.model.acts import act
from tests.model.holds import NO_ID
from tests.model.machine import EMAILS, USERS, Machine
from tests.model.members import RANKS, accept, invite, remove, revoke, set_caps, set_member
from tests.wallets import call_all

MANAGERS = ["ann", "ann", "ann", "bob", "cat"]
ROLES = ["owner", "admin", "member", "member", "viewer"]
CAPS = [Decimal(cap) for cap in (-1, 0, 10, 30, 30)]


class MemberRules(Machine):
    """The team has members."""

    @act(by=MANAGERS, user=USERS, role=ROLES, accepts=[True, False])
    def invite(self, by: str, user: str, role: str, accepts: bool) -> None:
        """Invite somebody, who most often accepts at once."""
        answer = self.both(
            "invite_credit_member",
            lambda: invite(self.world, self.world.ids[by], self.world.ids[user], role, NO_ID),
            {"account_id": self.world.team.id, "email": EMAILS[user].upper(), "role": role},
            by,
        )
        if answer is not None:
            for invitation in self.world.invitations:
                if invitation.id == NO_ID:
                    invitation.id = answer["id"]
            if accepts:
                ids = [invitation.id for invitation in self.world.invitations]
                self.both_accept(ids.index(answer["id"]), user)

    @act(
        weight=2,
        when=lambda self: self.world.invitations,
        user=[None, None, None, None, *EMAILS],
    )
    def accept_invitation(self, user: str | None) -> None:
        """Accept an invitation, most often as the one who is invited."""
        self.both_accept(*self.some_invitation(user))

    def both_accept(self, number: int, user: str) -> None:
        """Accept an invitation."""
        self.both(
            "accept_credit_invitation",
            lambda: accept(self.world, self.world.ids[user], number),
            {"invitation_id": self.world.invitations[number].id},
            user,
        )

    @act(
        when=lambda self: self.world.invitations,
        user=[None, "ann", "ann", *EMAILS],
    )
    def revoke_invitation(self, user: str | None) -> None:
        """Take an invitation back, or decline it."""
        number, user = self.some_invitation(user)
        self.both(
            "revoke_credit_invitation",
            lambda: revoke(self.world, self.world.ids[user], number),
            {"invitation_id": self.world.invitations[number].id},
            user,
        )

    def some_invitation(self, user: str | None) -> tuple[int, str]:
        """Draw an invitation, and who answers it: somebody named, or the one it is for."""
        number = self.chance.randrange(len(self.world.invitations))
        invited = next(
            name for name in EMAILS if EMAILS[name] == self.world.invitations[number].email
        )
        return number, user or invited

    @act(
        weight=2,
        by=MANAGERS,
        user=USERS,
        role=[None, None, None, *RANKS],
        cap=[None, *CAPS],
    )
    def set_member(self, by: str, user: str, role: str | None, cap: Decimal | None) -> None:
        """Change a member's role, cap, or both."""
        self.both(
            "set_credit_member",
            lambda: set_member(self.world, self.world.ids[by], self.world.ids[user], role, cap),
            {
                "account_id": self.world.team.id,
                "user_id": self.world.ids[user],
                "role": role,
                "monthly_cap": cap,
            },
            by,
        )

    @act(by=MANAGERS, cap=CAPS)
    def set_caps(self, by: str, cap: Decimal) -> None:
        """Change the caps of all members of role member."""
        given = {"account_id": self.world.team.id, "monthly_cap": cap}
        with (
            self.attempt(lambda: set_caps(self.world, self.world.ids[by], cap)) as came,
            self.calling(by),
        ):
            call_all(self.conn, "set_credit_member_caps", **given)
        self.count("set_credit_member_caps", came["token"])

    @act(by=MANAGERS, user=USERS, returns=[True, False])
    def remove(self, by: str, user: str, returns: bool) -> None:
        """Remove a member, or leave; and perhaps come back, as if nothing had been spent."""
        answer = self.both(
            "remove_credit_member",
            lambda: remove(self.world, self.world.ids[by], self.world.ids[user]),
            {"account_id": self.world.team.id, "user_id": self.world.ids[user]},
            by,
        )
        if answer is not None and returns:
            self.invite("ann", user, "member", True)
