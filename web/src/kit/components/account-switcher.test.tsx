import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { FakeSupabase, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { anAccount, aTeam, ME, TEAM } from "../../test/rows";
import { CreditsProvider } from "../provider";
import { AccountSwitcher } from "./account-switcher";

function show(accountId: string | null, teams = [aTeam()]) {
  const fake = new FakeSupabase({
    list_my_credit_accounts: [anAccount(), ...teams],
    list_credit_invitations: [],
  });
  const onSwitch = vi.fn();
  render(
    <CreditsProvider supabase={fake.supabase} accountId={accountId}>
      <AccountSwitcher onSwitch={onSwitch} />
    </CreditsProvider>,
  );
  return onSwitch;
}

test("a team is switched to by its id", async () => {
  const onSwitch = show(null);
  await userEvent.selectOptions(await screen.findByLabelText("Account"), "Personal");
  await userEvent.selectOptions(
    screen.getByLabelText("Account"),
    await screen.findByRole("option", { name: "Lab" }),
  );
  expect(onSwitch).toHaveBeenLastCalledWith(TEAM);
});

test("the personal account is switched to by null", async () => {
  const onSwitch = show(TEAM);
  await screen.findByRole("option", { name: "Lab" });
  expect(screen.getByLabelText("Account")).toHaveValue(TEAM);
  await userEvent.selectOptions(screen.getByLabelText("Account"), "Personal");
  expect(onSwitch).toHaveBeenCalledExactlyOnceWith(null);
});

test("a team that one is no member of any more is left", async () => {
  const onSwitch = show(TEAM, []);
  await waitFor(() => expect(onSwitch).toHaveBeenCalledWith(null));
});

test("where the accounts cannot be asked for it says why, and asks again", async () => {
  const { fake } = renderKit(<AccountSwitcher onSwitch={() => {}} />, {
    list_my_credit_accounts: () => {
      throw refusal("not_signed_in", { hint: "Sign in again." });
    },
    list_credit_invitations: [],
  });
  const again = await screen.findByRole("button", {
    name: "Not up to date: Sign in again. Try again",
  });
  fake.answers.list_my_credit_accounts = [anAccount(), aTeam()];
  await userEvent.click(again);
  expect(await screen.findByRole("option", { name: "Lab" })).toBeInTheDocument();
  expect(screen.queryByRole("button")).toBeNull();
});

test("by keyboard one passes over teams, and only Enter or going on switches to one", async () => {
  const onSwitch = show(null, [aTeam(), aTeam({ account_id: ME, name: "Choir" })]);
  await screen.findByRole("option", { name: "Choir" });
  const select = screen.getByLabelText("Account");
  const press = (key: string, account: string) => {
    fireEvent.keyDown(select, { key });
    fireEvent.change(select, { target: { value: account } });
  };
  press("ArrowDown", TEAM);
  press("ArrowDown", ME);
  expect(select).toHaveValue(ME);
  expect(onSwitch).not.toHaveBeenCalled();
  fireEvent.keyDown(select, { key: "Enter" });
  expect(onSwitch).toHaveBeenCalledExactlyOnceWith(ME);
  press("ArrowUp", TEAM);
  fireEvent.blur(select);
  expect(onSwitch).toHaveBeenLastCalledWith(TEAM);
  fireEvent.blur(select);
  expect(onSwitch).toHaveBeenCalledTimes(2);
});
