import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { lostAnswer, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { anAccount, aTeam, TEAM } from "../../test/rows";
import { TeamForm } from "./team-form";
import { TeamList } from "./team-list";

const ACCOUNTS = { list_my_credit_accounts: [anAccount(), aTeam()], list_credit_invitations: [] };

test("a team is created by its name and handed on", async () => {
  const user = userEvent.setup();
  const onDone = vi.fn();
  const { fake } = renderKit(<TeamForm onDone={onDone} />, {
    ...ACCOUNTS,
    create_credit_team: aTeam(),
  });
  await user.type(screen.getByLabelText("Name"), "Lab ");
  await user.click(screen.getByRole("button", { name: "Create the team" }));
  await waitFor(() => expect(onDone).toHaveBeenCalledWith(aTeam()));
  expect(fake.argsOf("create_credit_team")).toEqual([{ name: "Lab" }]);
});

test("a name that is refused says so at the field", async () => {
  const user = userEvent.setup();
  renderKit(<TeamForm onDone={() => {}} />, {
    ...ACCOUNTS,
    create_credit_team: () => {
      throw refusal("invalid_name", { hint: "One line, please." });
    },
  });
  await user.type(screen.getByLabelText("Name"), "Lab");
  await user.click(screen.getByRole("button", { name: "Create the team" }));
  await screen.findByText("One line, please.");
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("One line, please.");
});

test("the list says which account is in use and switches to another", async () => {
  const onSwitch = vi.fn();
  renderKit(<TeamList onSwitch={onSwitch} />, ACCOUNTS);
  await userEvent.click(await screen.findByRole("button", { name: "Use Lab" }));
  expect(onSwitch).toHaveBeenCalledExactlyOnceWith(TEAM);
  expect(screen.getByRole("row", { name: /Personal.*In use/ })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "In use Personal", pressed: true })).toBeVisible();
});

test("where no answer came it says that the team may be there", async () => {
  renderKit(<TeamForm onDone={() => {}} />, {
    ...ACCOUNTS,
    create_credit_team: () => {
      throw lostAnswer();
    },
  });
  await userEvent.type(screen.getByLabelText("Name"), "Lab");
  await userEvent.click(screen.getByRole("button", { name: "Create the team" }));
  expect(await screen.findByText(/^It may have been made/)).toBeVisible();
});
