import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { anAct, anAdminAccount, aPendingAct } from "../../../test/admin-rows";
import { type Answers, lostAnswer, refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { ME } from "../../../test/rows";
import { AccountActs } from "./account-acts";

async function open(act: string, answers: Answers, account = anAdminAccount()) {
  const { fake } = renderKit(<AccountActs account={account} />, answers);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: act }));
  return { fake, user };
}

test("nothing is sent without a reason", async () => {
  const { fake, user } = await open("Pause", {});
  await user.click(screen.getAllByRole("button", { name: "Pause" })[1] as HTMLElement);
  expect(screen.getByLabelText("Reason")).toBeRequired();
  expect(fake.calls).toEqual([]);
});

test("credits are added with amount, source and reason, and the new balance is told", async () => {
  const { fake, user } = await open("Add credits", { admin_add_credits: anAct() });
  await user.type(screen.getByLabelText("Credits"), "500");
  await user.type(screen.getByLabelText("Reason"), " ticket 4711 ");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText(/^Done: 500 credits\. The balance is 600/)).toBeVisible();
  expect(fake.argsOf("admin_add_credits")).toEqual([
    {
      account_id: ME,
      amount: 500,
      source: "bonus",
      expires_at: null,
      reason: "ticket 4711",
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

test("a pending act is said plainly to wait for a second administrator", async () => {
  const { user } = await open("Add credits", { admin_add_credits: aPendingAct() });
  await user.type(screen.getByLabelText("Credits"), "20000");
  await user.type(screen.getByLabelText("Reason"), "contract of March");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText(/waits for a second administrator/)).toBeVisible();
  expect(screen.queryByText(/^Done/)).not.toBeInTheDocument();
});

test("an act is sent again under its key, and under another one when it is another act", async () => {
  let left = 1;
  const { fake, user } = await open("Remove credits", {
    admin_remove_credits: () => {
      if (left > 0) {
        left -= 1;
        throw lostAnswer();
      }
      throw refusal("insufficient_credits", { hint: "Too few." });
    },
  });
  await user.type(screen.getByLabelText("Credits"), "10");
  await user.type(screen.getByLabelText("Reason"), "given twice");
  await user.click(screen.getByRole("button", { name: "Remove" }));
  expect(await screen.findByText("Too few.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Remove" }));
  await vi.waitFor(() => expect(fake.calls).toHaveLength(3));
  await user.type(screen.getByLabelText("Credits"), "0");
  await user.click(screen.getByRole("button", { name: "Remove" }));
  await vi.waitFor(() => expect(fake.calls).toHaveLength(4));
  const [first, second, third, fourth] = fake.argsOf("admin_remove_credits");
  expect(second?.key).toBe(first?.key);
  expect(third?.key).toBe(first?.key);
  expect(fourth?.amount).toBe(100);
  expect(fourth?.key).not.toBe(first?.key);
});

test("a refusal stands in the window, and what was written stays", async () => {
  const { user } = await open("Erase", {
    admin_erase_account: () => {
      throw refusal("account_has_holds", { hint: "Capture or release its holds first." });
    },
  });
  await user.type(screen.getByLabelText("Reason"), "asked for by letter");
  await user.click(screen.getByRole("button", { name: "Erase for ever" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Capture or release its holds first.");
  expect(screen.getByLabelText("Reason")).toHaveValue("asked for by letter");
});

test("after an erasure it is said what is left to delete elsewhere", async () => {
  const status = { reason: "asked for", changed_at: "2026-11-21T10:00:00Z", changed_by: "user:a" };
  const { user } = await open("Erase", {
    admin_erase_account: { account_id: ME, status: "closed", ...status },
  });
  await user.type(screen.getByLabelText("Reason"), "asked for");
  await user.click(screen.getByRole("button", { name: "Erase for ever" }));
  expect(await screen.findByText(/is closed\. Now delete the user in Auth/)).toBeVisible();
});

test.each([
  ["active", ["Add credits", "Remove credits", "Pause", "Erase"]],
  ["paused", ["Add credits", "Remove credits", "Resume", "Erase"]],
  ["closed", ["Remove credits"]],
] as const)("an account that is %s offers what can be done with it", (status, acts) => {
  renderKit(<AccountActs account={anAdminAccount({ status })} />);
  expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual(acts);
});
