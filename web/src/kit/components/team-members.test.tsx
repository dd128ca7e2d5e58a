import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aMember, anAccount, aTeam, ME, TEAM } from "../../test/rows";
import { TeamMembers } from "./team-members";

const BOB = aMember();
const ADA = aMember({ user_id: ME, email: "ada@example.com", role: "owner", monthly_cap: null });

function show(team = aTeam(), members = [ADA, BOB], more: Answers = {}) {
  return renderKit(<TeamMembers team={team} />, {
    list_my_credit_accounts: [anAccount(), team],
    list_credit_invitations: [],
    list_credit_members: members,
    ...more,
  }).fake;
}

async function rowOf(email: string) {
  return within(await screen.findByRole("row", { name: new RegExp(email) }));
}

test("what a member spent and holds is shown of the cap", async () => {
  show();
  const bob = await rowOf("bob@example.com");
  const bar = bob.getByRole("progressbar", { name: "Spent by bob@example.com" });
  expect(bar).toHaveAttribute("value", "0.75");
  expect(bar).toHaveAttribute("aria-valuetext", "15 of 20");
  const ada = await rowOf("ada@example.com");
  expect(ada.getByText("15, no cap")).toBeInTheDocument();
});

test("a cap of nothing is a full bar", async () => {
  show(aTeam(), [aMember({ monthly_cap: 0, spent: 0, held: 0 })]);
  expect(await screen.findByRole("progressbar")).toHaveAttribute("value", "1");
});

test("only what changes is sent, and an empty cap lifts it", async () => {
  const user = userEvent.setup();
  const fake = show(aTeam(), [ADA, BOB], { set_credit_member: BOB });
  await user.click(await screen.findByRole("button", { name: "Change bob@example.com" }));
  await user.clear(screen.getByLabelText("Monthly cap in credits"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: "Change bob@example.com" }));
  await user.selectOptions(screen.getByLabelText("Role"), "Viewer");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(fake.argsOf("set_credit_member")).toEqual([
      { account_id: TEAM, user_id: BOB.user_id, role: null, monthly_cap: -1 },
      { account_id: TEAM, user_id: BOB.user_id, role: "viewer", monthly_cap: null },
    ]),
  );
});

test("a role that is refused says so at the role", async () => {
  const user = userEvent.setup();
  show(aTeam(), [ADA, BOB], {
    set_credit_member: () => {
      throw refusal("last_owner", { hint: "Make somebody else an owner first." });
    },
  });
  await user.click(await screen.findByRole("button", { name: "Change ada@example.com" }));
  await user.selectOptions(screen.getByLabelText("Role"), "Member");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Make somebody else an owner first.");
  expect(screen.getByLabelText("Role")).toHaveAccessibleDescription(
    "Make somebody else an owner first.",
  );
});

test("an admin offers no role above the own, and cannot change an owner", async () => {
  const user = userEvent.setup();
  const eve = aMember({ user_id: "eve", email: "eve@example.com", role: "owner" });
  show(aTeam({ role: "admin" }), [eve, BOB]);
  const owner = await rowOf("eve@example.com");
  expect(owner.queryByRole("button")).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Change bob@example.com" }));
  const roles = within(screen.getByLabelText("Role")).getAllByRole("option");
  expect(roles.map((role) => role.textContent)).toEqual(["Viewer", "Member", "Admin"]);
});

test("a member sees nobody else's spending, changes nobody, and can leave", async () => {
  const user = userEvent.setup();
  const others = { ...BOB, monthly_cap: null, spent: null, held: null };
  const me = aMember({ user_id: ME, email: "me@example.com" });
  const fake = show(aTeam({ role: "member" }), [others, me], { remove_credit_member: me });
  const bob = await rowOf("bob@example.com");
  expect(bob.getByText("Not shown to you")).toBeInTheDocument();
  expect(bob.queryByRole("button")).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Cap all members" })).not.toBeInTheDocument();
  await user.click(await screen.findByRole("button", { name: "Leave the team" }));
  expect(fake.argsOf("remove_credit_member")).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Leave" }));
  await waitFor(() =>
    expect(fake.argsOf("remove_credit_member")).toEqual([{ account_id: TEAM, user_id: ME }]),
  );
});

test("one cap is set for all members", async () => {
  const user = userEvent.setup();
  const fake = show(aTeam(), [ADA, BOB], { set_credit_member_caps: [BOB] });
  await user.click(await screen.findByRole("button", { name: "Cap all members" }));
  await user.type(screen.getByLabelText("Monthly cap in credits"), "50");
  await user.click(screen.getByRole("button", { name: "Set it for all members" }));
  expect(await screen.findByText("The cap is set.")).toHaveFocus(); // what had it is gone
  expect(fake.argsOf("set_credit_member_caps")).toEqual([{ account_id: TEAM, monthly_cap: 50 }]);
});
