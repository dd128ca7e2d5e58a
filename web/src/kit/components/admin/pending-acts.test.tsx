import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { accountHref, anAct, aPendingAct, BEN } from "../../../test/admin-rows";
import { type Answers, refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { ME } from "../../../test/rows";
import { AdminGate } from "./admin-gate";
import { PendingActs } from "./pending-acts";

function show(userId: string, answers: Answers = {}) {
  return renderKit(<PendingActs userId={userId} accountHref={accountHref} />, {
    admin_list_pending_acts: [aPendingAct()],
    ...answers,
  });
}

test("an act of somebody else is approved by its id, when that was asked", async () => {
  const { fake } = show(ME, { admin_approve_act: anAct({ amount: 20_000, balance: 20_500 }) });
  await userEvent.click(await screen.findByRole("button", { name: "Approve" }));
  expect(screen.getByText(/^20,000 credits will move at once/)).toHaveTextContent(ME);
  expect(fake.argsOf("admin_approve_act")).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Approve it" }));
  expect(await screen.findByText(/^Done: 20,000 credits/)).toBeVisible();
  expect(fake.argsOf("admin_approve_act")).toEqual([{ act_id: "act-1" }]);
});

test("one's own act cannot be approved, and it is said why", async () => {
  show(BEN);
  expect(await screen.findByText(/another administrator has to approve it/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Approve" })).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Decline" })).toBeEnabled();
});

test("a refused approval stands in its window", async () => {
  show(ME, {
    admin_approve_act: () => {
      throw refusal("second_admin_required", { hint: "The account is your own." });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Approve" }));
  await userEvent.click(screen.getByRole("button", { name: "Approve it" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The account is your own.");
});

test("an act is declined with a reason", async () => {
  const { fake } = show(ME, { admin_decline_act: aPendingAct({ state: "declined" }) });
  await userEvent.click(await screen.findByRole("button", { name: "Decline" }));
  await userEvent.type(screen.getByLabelText("Reason"), "no such contract");
  await userEvent.click(screen.getAllByRole("button", { name: "Decline" }).at(-1) as HTMLElement);
  expect(await screen.findByText(/^Declined/)).toBeVisible();
  expect(fake.argsOf("admin_decline_act")).toEqual([
    { act_id: "act-1", reason: "no such contract" },
  ]);
});

test("who is no administrator is told so and sees nothing else", async () => {
  renderKit(<AdminGate>the figures</AdminGate>, {
    admin_list_pending_acts: () => {
      throw refusal("admin_only", { code: "PT403" });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("you are not one");
  expect(screen.queryByText("the figures")).not.toBeInTheDocument();
});

test("to whom the session takes for no administrator that is said before any answer", () => {
  renderKit(<AdminGate isAdmin={false}>the figures</AdminGate>);
  expect(screen.getByRole("alert")).toHaveTextContent("you are not one");
  expect(screen.queryByText("the figures")).not.toBeInTheDocument();
});

test("an administrator of whom the session does not know yet sees everything", async () => {
  renderKit(<AdminGate isAdmin={false}>the figures</AdminGate>, { admin_list_pending_acts: [] });
  expect(await screen.findByText("the figures")).toBeVisible();
});

test("another error hides no page", async () => {
  renderKit(
    <AdminGate>
      <PendingActs userId={ME} accountHref={accountHref} />
    </AdminGate>,
    {
      admin_list_pending_acts: () => {
        throw refusal("statement_timeout", { hint: "It took too long." });
      },
    },
  );
  expect(await screen.findByRole("alert")).toHaveTextContent("It took too long.");
  expect(screen.getByRole("button", { name: "Try again" })).toBeEnabled();
});
