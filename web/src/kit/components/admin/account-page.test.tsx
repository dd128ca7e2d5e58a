import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import {
  accountHref,
  aDetailedAccount,
  anAct,
  anAdminAccount,
  BEN,
} from "../../../test/admin-rows";
import type { Answers } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { aCharge, ME } from "../../../test/rows";
import type { Json } from "../../database";
import { AccountPage } from "./account-page";

function show(answers: Answers = {}) {
  return renderKit(<AccountPage accountId={ME} accountHref={accountHref} />, {
    admin_get_account: aDetailedAccount(),
    admin_list_transactions: [aCharge(), aCharge({ id: 1, type: "bonus", amount: 100 })],
    ...answers,
  });
}

test("an account that is paused says why, and who has paused it", async () => {
  show({ admin_get_account: aDetailedAccount({ status: "paused" }) });
  const note = await screen.findByText(/the card is stolen/);
  expect(within(note).getByRole("link")).toHaveAttribute("href", `/accounts/${BEN}`);
});

test("a charge is refunded, all that is left of it unless an amount is named", async () => {
  const { fake } = show({ admin_refund_transaction: anAct({ act: "refund_transaction" }) });
  await userEvent.click(await screen.findByRole("button", { name: "Refund charge 2" }));
  await userEvent.type(screen.getByLabelText("Reason"), "it was black");
  await userEvent.click(screen.getByRole("button", { name: "Refund" }));
  await screen.findByText(/^Done/);
  expect(fake.argsOf("admin_refund_transaction")).toEqual([
    expect.objectContaining({ transaction_id: 2, amount: null, reason: "it was black" }),
  ]);
});

test("credits expire next when the first of the grants does, whatever holds end before", async () => {
  const account = aDetailedAccount();
  const [grant] = account.grants as { [key: string]: Json }[];
  show({
    admin_get_account: {
      ...account,
      next_expiry_at: "2026-11-21T10:15:00Z",
      grants: [
        grant,
        { ...grant, grant_id: 3, expires_at: "2027-02-01T12:00:00Z" },
        { ...grant, grant_id: 4, expires_at: "2027-01-01T12:00:00Z" },
      ],
    } as Json,
  });
  const fact = (await screen.findByText("Next expiry")).parentElement;
  expect(fact).toHaveTextContent("Jan 1, 2027");
});

test("only charges can be refunded", async () => {
  show();
  await screen.findByRole("button", { name: "Refund charge 2" });
  expect(screen.queryByRole("button", { name: "Refund charge 1" })).not.toBeInTheDocument();
});

test("a closed account takes nothing back", async () => {
  show({ admin_get_account: aDetailedAccount({ status: "closed" }) });
  const table = await screen.findByRole("table", { name: /^Transactions/ });
  expect(within(table).queryByRole("button")).not.toBeInTheDocument();
});

test("a grant is voided by its number", async () => {
  const { fake } = show({ admin_void_grant: anAct({ act: "void_grant", amount: 400 }) });
  await userEvent.click(await screen.findByRole("button", { name: "Void grant 2" }));
  await userEvent.type(screen.getByLabelText("Reason"), "by mistake");
  await userEvent.click(screen.getByRole("button", { name: "Void the grant" }));
  expect(await screen.findByText(/^Done: 400 credits/)).toBeVisible();
  expect(fake.argsOf("admin_void_grant")).toEqual([
    expect.objectContaining({ account_id: ME, grant_id: 2, reason: "by mistake" }),
  ]);
});

test("after an act the account is asked for again", async () => {
  let balance = 505;
  show({
    admin_get_account: () => ({
      ...aDetailedAccount(),
      account: { ...anAdminAccount({ balance }) },
      sentence: `${balance} credits.`,
    }),
    admin_add_credits: () => {
      balance = 1005;
      return anAct({ balance });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Add credits" }));
  await userEvent.type(screen.getByLabelText("Credits"), "500");
  await userEvent.type(screen.getByLabelText("Reason"), "ticket 4711");
  await userEvent.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("1,005 credits.")).toBeInTheDocument();
});
