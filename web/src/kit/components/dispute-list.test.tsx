import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aDispute, anAccount, aTeam, TEAM } from "../../test/rows";
import { DisputeList } from "./dispute-list";

const OTHERS: Answers = {
  list_my_credit_accounts: [anAccount(), aTeam()],
  list_credit_invitations: [],
};

test("a resolved dispute shows what came back and the answer, and cannot be withdrawn", async () => {
  renderKit(<DisputeList />, {
    ...OTHERS,
    list_my_credit_disputes: [
      aDispute({
        account_id: TEAM,
        status: "partially_approved",
        refunded: 15,
        resolution: "Half of it is black.",
      }),
    ],
  });
  const item = within(await screen.findByRole("listitem"));
  expect(item.getByText("Approved in part")).toBeInTheDocument();
  expect(item.getByText(/asked for 20 credits · 15 came back/)).toBeInTheDocument();
  expect(item.getByText("Half of it is black.")).toBeInTheDocument();
  expect(await item.findByText(/Lab/)).toBeInTheDocument();
  expect(item.queryByRole("button")).not.toBeInTheDocument();
});

test("a dispute is withdrawn after a question, and then shown as the database has it", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<DisputeList />, {
    ...OTHERS,
    list_my_credit_disputes: [aDispute()],
    withdraw_credit_dispute: () => {
      fake.answers.list_my_credit_disputes = [aDispute({ status: "withdrawn" })];
      return aDispute({ status: "withdrawn" });
    },
  });
  await user.click(await screen.findByRole("button", { name: "Withdraw the dispute of charge 2" }));
  expect(fake.argsOf("withdraw_credit_dispute")).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Withdraw it" }));
  expect(await screen.findByText("Withdrawn")).toBeInTheDocument();
  expect(fake.argsOf("withdraw_credit_dispute")).toEqual([{ dispute_id: "dispute-1" }]);
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

test("a withdrawal that is refused says why, where it was asked for", async () => {
  const user = userEvent.setup();
  renderKit(<DisputeList />, {
    ...OTHERS,
    list_my_credit_disputes: [aDispute()],
    withdraw_credit_dispute: () => {
      throw refusal("dispute_not_open", { hint: "It is resolved." });
    },
  });
  await user.click(await screen.findByRole("button", { name: /^Withdraw/ }));
  await user.click(screen.getByRole("button", { name: "Withdraw it" }));
  const dialog = within(screen.getByRole("dialog"));
  expect(await dialog.findByRole("alert")).toHaveTextContent("It is resolved.");
});

test("without disputes it tells where one is filed", async () => {
  renderKit(<DisputeList historyHref="/history" />, { ...OTHERS, list_my_credit_disputes: [] });
  expect(await screen.findByRole("link", { name: "history" })).toHaveAttribute("href", "/history");
});

test("disputes that do not come are asked for again", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<DisputeList />, {
    ...OTHERS,
    list_my_credit_disputes: () => {
      throw refusal("not_signed_in", { hint: "Sign in." });
    },
  });
  await screen.findByText("Sign in.");
  fake.answers.list_my_credit_disputes = [aDispute()];
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText(/half of the film is black/)).toBeInTheDocument();
});
