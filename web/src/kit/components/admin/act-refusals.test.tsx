import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anAdminAccount } from "../../../test/admin-rows";
import { refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { aDispute } from "../../../test/rows";
import { AccountActs } from "./account-acts";
import { DisputeDialog } from "./dispute-dialog";

const TOO_FEW = { hint: "Buy credits.", details: '{"required": 900, "available": 500}' };

test.each([
  ["Remove", "insufficient_credits", TOO_FEW, "Credits", "No more than 500 are available."],
  ["Add", "invalid_amount", { hint: "Above 0." }, "Credits", "Above 0."],
  [
    "Add",
    "invalid_expiry",
    { hint: "In the future." },
    "Expire after (optional)",
    "In the future.",
  ],
  ["Add", "reason_required", { hint: "Say why." }, "Reason", "Say why."],
])("%s: %s is said at its field, and there alone", async (act, token, parts, label, sentence) => {
  const refused = () => {
    throw refusal(token, parts);
  };
  renderKit(<AccountActs account={anAdminAccount()} />, {
    admin_add_credits: refused,
    admin_remove_credits: refused,
  });
  await userEvent.click(screen.getByRole("button", { name: `${act} credits` }));
  await userEvent.type(screen.getByLabelText("Credits"), "900");
  await userEvent.type(screen.getByLabelText("Reason"), "ticket 4711");
  await userEvent.click(screen.getByRole("button", { name: act }));
  expect(await screen.findByRole("alert")).toHaveTextContent(sentence);
  expect(screen.getByLabelText(label)).toBeInvalid();
  expect(screen.getByLabelText(label)).toHaveAccessibleDescription(sentence);
});

test("what is about no field is said above the buttons", async () => {
  renderKit(<DisputeDialog dispute={aDispute()} act="approved" onClose={() => {}} />, {
    admin_resolve_dispute: () => {
      throw refusal("dispute_not_open", { hint: "The dispute has ended." });
    },
  });
  await userEvent.type(screen.getByLabelText("Reason"), "ticket 4711");
  await userEvent.click(screen.getByRole("button", { name: "Approve in full" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The dispute has ended.");
});
