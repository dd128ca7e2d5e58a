/** An administrator's act is done once, whatever becomes of its window. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anAct, anAdminAccount } from "../../../test/admin-rows";
import { type Answers, lostAnswer, refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { AccountActs } from "./account-acts";

type Answer = NonNullable<Answers["admin_add_credits"]>;

function show(answer: Answer) {
  return renderKit(<AccountActs account={anAdminAccount()} />, { admin_add_credits: answer });
}

async function add(reason: string) {
  await userEvent.click(screen.getByRole("button", { name: "Add credits" }));
  await userEvent.type(screen.getByLabelText("Credits"), "500");
  await userEvent.type(screen.getByLabelText("Reason"), reason);
  await userEvent.click(screen.getByRole("button", { name: "Add" }));
}

const close = () => userEvent.click(screen.getByRole("button", { name: "Cancel" }));

test("an act whose answer was lost has its key again in another window, for another reason", async () => {
  let left = 3;
  const { fake } = show(() => {
    left -= 1;
    if (left >= 0) {
      throw lostAnswer();
    }
    return anAct();
  });
  await add("ticket 4711");
  expect(await screen.findByText(/^It may have been done/, {}, { timeout: 5000 })).toBeVisible();
  await close();
  await add("ticket 4711, late");
  await screen.findByText(/^Done/);
  await userEvent.click(screen.getByRole("button", { name: "OK" }));
  await add("and once more");
  await screen.findByText(/^Done/);
  const keys = fake.argsOf("admin_add_credits").map(({ key }) => key);
  expect(keys).toHaveLength(5);
  expect(new Set(keys.slice(0, 4)).size).toBe(1);
  expect(keys[4]).not.toBe(keys[0]);
});

test("a window does not close while its act is on its way", async () => {
  let answer = (_act: ReturnType<typeof anAct>) => {};
  show(() => new Promise((resolve) => (answer = resolve)));
  await add("ticket 4711");
  expect(screen.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByRole("dialog")).toBeVisible();
  answer(anAct());
  expect(await screen.findByText(/^Done/)).toBeVisible();
});

test("what was done already with another reason is said, and not only that a key is used", async () => {
  show(() => {
    throw refusal("idempotency_key_reused", { code: "PT409", hint: "Use a new key." });
  });
  await add("ticket 4711");
  expect(await screen.findByText(/^The same was done just now/)).toBeVisible();
});
