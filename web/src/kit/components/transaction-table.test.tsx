import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { type Answers, lostAnswer, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aCharge, aDispute, TEAM } from "../../test/rows";
import { TransactionTable } from "./transaction-table";

/** Charges with the ids 5 to 1, a page at a time as the database gives them. */
const FIVE: Answers = {
  list_my_credit_disputes: [],
  list_credit_prices: [],
  list_credit_transactions: ({ before, page_size = 50 }) =>
    [5, 4, 3, 2, 1]
      .filter((id) => id < (before ?? Number.POSITIVE_INFINITY))
      .slice(0, page_size)
      .map((id) => aCharge({ id, description: `Film ${id}` })),
};

test("pages go on after the last row and come back", async () => {
  const user = userEvent.setup();
  renderKit(<TransactionTable pageSize={2} />, FIVE);
  await screen.findByText("Film 5");
  expect(screen.queryByText("Film 3")).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Newer" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Older" }));
  await screen.findByText("Film 3");
  await user.click(screen.getByRole("button", { name: "Older" }));
  await screen.findByText("Film 1");
  expect(screen.queryByText("Film 2")).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Older" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Newer" }));
  await screen.findByText("Film 3");
});

test("one full page has no pages to turn", async () => {
  renderKit(<TransactionTable pageSize={5} />, FIVE);
  await screen.findByText("Film 1");
  expect(screen.queryByRole("button", { name: "Older" })).not.toBeInTheDocument();
});

test("a filter asks for its part from the first page on", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<TransactionTable pageSize={2} />, {
    ...FIVE,
    list_credit_prices: [
      {
        service: "voice_call",
        meter: "quantity",
        unit: "minute",
        unit_size: 1,
        credits: 1,
        provider: null,
        tier: null,
        description: null,
      },
    ],
  });
  await user.click(await screen.findByRole("button", { name: "Older" }));
  await user.selectOptions(screen.getByLabelText("Type"), "Usage");
  await user.selectOptions(screen.getByLabelText("Service"), "Voice call");
  await user.type(screen.getByLabelText("From"), "2026-11-01");
  await user.type(screen.getByLabelText("To"), "2026-11-02");
  await waitFor(() =>
    expect(fake.argsOf("list_credit_transactions").at(-1)).toEqual({
      account_id: null,
      type: "spend",
      service: "voice_call",
      since: new Date(2026, 10, 1).toISOString(),
      until: new Date(2026, 10, 3).toISOString(),
      before: null,
      page_size: 3,
    }),
  );
});

test("filters without a match can be taken away, where an empty history says what comes", async () => {
  const user = userEvent.setup();
  renderKit(<TransactionTable />, {
    ...FIVE,
    list_credit_transactions: ({ type }) => (type ? [] : [aCharge({ description: "A film" })]),
  });
  await screen.findByText("A film");
  await user.selectOptions(screen.getByLabelText("Type"), "Refunds");
  await screen.findByText(/Nothing matches/);
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await screen.findByText("A film");
});

test("an empty history says what will be there", async () => {
  renderKit(<TransactionTable />, { ...FIVE, list_credit_transactions: [] });
  expect(await screen.findByText(/There is nothing yet/)).toBeInTheDocument();
});

test("a history that does not come is asked for again", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<TransactionTable />, {
    ...FIVE,
    list_credit_transactions: () => {
      throw refusal("account_paused", { hint: "Come back later." });
    },
  });
  expect(await screen.findByText("Come back later.")).toBeInTheDocument();
  fake.answers.list_credit_transactions = [aCharge({ description: "A film" })];
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByText("A film");
});

test("only charges can be disputed, and one that is disputed shows how that stands", async () => {
  renderKit(<TransactionTable />, {
    ...FIVE,
    list_my_credit_disputes: [
      aDispute({ transaction_id: 4, status: "under_review" }),
      aDispute({ id: "dispute-2", transaction_id: 3, status: "withdrawn" }),
      aDispute({ id: "dispute-3", transaction_id: 3, account_id: TEAM }),
    ],
    list_credit_transactions: [
      aCharge({ id: 5, type: "purchase", amount: 100 }),
      aCharge({ id: 4 }),
      aCharge({ id: 3 }),
    ],
  });
  await screen.findByText("Under review");
  const [, bought, disputed, withdrawn] = screen.getAllByRole("row");
  expect(within(rowOf(bought)).queryByRole("button")).not.toBeInTheDocument();
  expect(within(rowOf(disputed)).queryByRole("button")).not.toBeInTheDocument();
  expect(within(rowOf(withdrawn)).getByRole("button")).toHaveAccessibleName(/^Dispute the charge/);
});

function rowOf(row: HTMLElement | undefined): HTMLElement {
  expect(row).toBeDefined();
  return row as HTMLElement;
}

test("the export is saved as the database wrote it", async () => {
  const user = userEvent.setup();
  const saved: Blob[] = [];
  const revoke = vi.fn();
  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    names.push(this.download);
  });
  vi.stubGlobal(
    "URL",
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${saved.push(blob)}`,
      revokeObjectURL: revoke,
    }),
  );
  const { fake } = renderKit(<TransactionTable />, {
    ...FIVE,
    export_credit_transactions: "id,amount\r\n1,-30\r\n",
  });
  await user.click(screen.getByRole("button", { name: "Export all as CSV" }));
  await waitFor(() => expect(names).toEqual(["credits.csv"]));
  expect(revoke).not.toHaveBeenCalled(); // a browser may fetch it after the click
  expect(await saved[0]?.text()).toBe("id,amount\r\n1,-30\r\n");
  expect([...new Uint8Array((await saved[0]?.arrayBuffer()) ?? [])].slice(0, 4)).toEqual([
    0xef, 0xbb, 0xbf, 0x69,
  ]);
  expect(saved[0]?.type).toBe("text/csv;charset=utf-8");
  expect(fake.argsOf("export_credit_transactions")).toEqual([
    { account_id: null, since: null, until: null },
  ]);
  vi.restoreAllMocks();
});

test("an export that is refused says why", async () => {
  const user = userEvent.setup();
  renderKit(<TransactionTable />, {
    ...FIVE,
    export_credit_transactions: () => {
      throw lostAnswer();
    },
  });
  await user.click(screen.getByRole("button", { name: "Export all as CSV" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("No answer came");
});

test("a dispute that is filed from a row is told of, and the row shows it", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<TransactionTable />, {
    ...FIVE,
    list_credit_transactions: [aCharge()],
    submit_credit_dispute: () => {
      fake.answers.list_my_credit_disputes = [aDispute()];
      return aDispute();
    },
  });
  await user.click(await screen.findByRole("button", { name: /^Dispute the charge of 30/ }));
  const dialog = within(screen.getByRole("dialog", { name: "Dispute a charge" }));
  await user.selectOptions(dialog.getByLabelText("What was wrong?"), "Poor quality");
  await user.type(dialog.getByLabelText("What happened?"), "It is black.");
  await user.click(dialog.getByRole("button", { name: "File the dispute" }));
  expect(await screen.findByText(/Your dispute is filed/)).toBeInTheDocument();
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(await screen.findByText("Waiting")).toBeInTheDocument();
});
