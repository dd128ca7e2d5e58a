import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { anAccount, anInvitation, aTeam, TEAM } from "../../test/rows";
import { Invitations } from "./invitations";
import { MyInvitations } from "./my-invitations";

test("somebody is invited by e-mail into a role, and the list shows it", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<Invitations team={aTeam()} />, {
    list_credit_invitations: [],
    invite_credit_member: () => {
      fake.answers.list_credit_invitations = [anInvitation()];
      return anInvitation();
    },
  });
  await screen.findByText(/Nobody is invited/);
  await user.type(screen.getByLabelText("E-mail"), "eve@example.com");
  await user.selectOptions(screen.getByLabelText("Role"), "Viewer");
  await user.click(screen.getByRole("button", { name: "Invite" }));
  expect(await screen.findByRole("row", { name: /eve@example.com/ })).toBeInTheDocument();
  expect(screen.getByLabelText("E-mail")).toHaveValue("");
  expect(fake.argsOf("invite_credit_member")).toEqual([
    { account_id: TEAM, email: "eve@example.com", role: "viewer" },
  ]);
});

test("an address that is refused stays, with the reason at it", async () => {
  const user = userEvent.setup();
  renderKit(<Invitations team={aTeam()} />, {
    list_credit_invitations: [],
    invite_credit_member: () => {
      throw refusal("already_member", { hint: "Eve is a member." });
    },
  });
  await user.type(screen.getByLabelText("E-mail"), "eve@example.com");
  await user.click(screen.getByRole("button", { name: "Invite" }));
  await screen.findByText("Eve is a member.");
  expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription("Eve is a member.");
  expect(screen.getByLabelText("E-mail")).toHaveValue("eve@example.com");
});

test("only open invitations can be revoked", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<Invitations team={aTeam()} />, {
    list_credit_invitations: [
      anInvitation(),
      anInvitation({ id: "invitation-2", email: "zoe@example.com", state: "accepted" }),
    ],
    revoke_credit_invitation: () => {
      fake.answers.list_credit_invitations = [anInvitation({ state: "revoked" })];
      return anInvitation({ state: "revoked" });
    },
  });
  await user.click(
    await screen.findByRole("button", { name: "Revoke the invitation of eve@example.com" }),
  );
  expect(await screen.findByText("Revoked")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /^Revoke/ })).not.toBeInTheDocument();
  expect(fake.argsOf("revoke_credit_invitation")).toEqual([{ invitation_id: "invitation-1" }]);
});

test("one's own invitations are accepted and declined by their ids", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<MyInvitations />, {
    list_my_credit_accounts: [anAccount()],
    list_credit_invitations: [
      anInvitation(),
      anInvitation({ id: "invitation-2", account_name: "Shop" }),
    ],
    accept_credit_invitation: aTeam(),
    revoke_credit_invitation: anInvitation(),
  });
  await user.click(await screen.findByRole("button", { name: "Accept the invitation into Lab" }));
  expect(await screen.findByText("You are a member of Lab now.")).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Decline the invitation into Shop" }));
  await waitFor(() => {
    expect(fake.argsOf("accept_credit_invitation")).toEqual([{ invitation_id: "invitation-1" }]);
    expect(fake.argsOf("revoke_credit_invitation")).toEqual([{ invitation_id: "invitation-2" }]);
  });
  expect(fake.argsOf("list_credit_invitations")[0]).toEqual({ account_id: null });
});

test("an invitation that is over says so", async () => {
  const user = userEvent.setup();
  renderKit(<MyInvitations />, {
    list_my_credit_accounts: [anAccount()],
    list_credit_invitations: [anInvitation()],
    accept_credit_invitation: () => {
      throw refusal("invitation_not_found", { hint: "Ask for a new one." });
    },
  });
  await user.click(await screen.findByRole("button", { name: /^Accept/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Ask for a new one.");
});
