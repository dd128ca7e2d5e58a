import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { accountHref, aPendingAct } from "../../../test/admin-rows";
import type { Answers } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { aDispute } from "../../../test/rows";
import { DisputeQueue } from "./dispute-queue";

function show(answers: Answers = {}) {
  return renderKit(<DisputeQueue accountHref={accountHref} actsHref="/acts" />, {
    admin_list_disputes: [aDispute()],
    admin_list_pending_acts: [],
    ...answers,
  });
}

test("the queue begins with what waits, and a tab shows another status", async () => {
  const { fake } = show({
    admin_list_disputes: ({ status }) =>
      status === "rejected" ? [aDispute({ status: "rejected", resolution: "It was fine." })] : [],
  });
  expect(await screen.findByText(/No dispute waits/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Rejected" }));
  expect(await screen.findByText("It was fine.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Reject" })).not.toBeInTheDocument();
  expect(fake.argsOf("admin_list_disputes").map(({ status }) => status)).toEqual([
    "pending",
    "rejected",
  ]);
});

test("what the user wrote is shown as text", async () => {
  show({ admin_list_disputes: [aDispute({ description: "<b>black</b>" })] });
  expect(await screen.findByText("<b>black</b>")).toBeVisible();
});

test("a review needs no note", async () => {
  const { fake } = show({ admin_review_dispute: aDispute({ status: "under_review" }) });
  await userEvent.click(await screen.findByRole("button", { name: "Take under review" }));
  await userEvent.click(
    screen.getAllByRole("button", { name: "Take under review" }).at(-1) as HTMLElement,
  );
  expect(await screen.findByText(/is under review; its user is told/)).toBeVisible();
  expect(fake.argsOf("admin_review_dispute")).toEqual([{ dispute_id: "dispute-1", note: null }]);
});

test("a part that comes back is named, and what came back is told", async () => {
  const { fake } = show({
    admin_resolve_dispute: aDispute({ status: "partially_approved", refunded: 15 }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Approve in part" }));
  await userEvent.type(screen.getByLabelText("Credits that come back"), "15");
  await userEvent.type(screen.getByLabelText("Reason"), "Half of it is black.");
  await userEvent.click(
    screen.getAllByRole("button", { name: "Approve in part" }).at(-1) as HTMLElement,
  );
  expect(await screen.findByText("Approved in part: 15 of 20 credits given back.")).toBeVisible();
  expect(fake.argsOf("admin_resolve_dispute")).toEqual([
    {
      dispute_id: "dispute-1",
      outcome: "partially_approved",
      note: "Half of it is black.",
      refund: 15,
    },
  ]);
});

test.each([
  ["Approve in full", "approved"],
  ["Reject", "rejected"],
])("%s names no amount", async (button, outcome) => {
  const { fake } = show({ admin_resolve_dispute: aDispute({ status: "approved" }) });
  await userEvent.click(await screen.findByRole("button", { name: button }));
  await userEvent.type(screen.getByLabelText("Reason"), "So it is.");
  await userEvent.click(screen.getAllByRole("button", { name: button }).at(-1) as HTMLElement);
  await screen.findByRole("button", { name: "OK" });
  expect(fake.argsOf("admin_resolve_dispute")).toEqual([
    { dispute_id: "dispute-1", outcome, note: "So it is.", refund: null },
  ]);
});

test("a resolution that leaves the dispute open is said to wait for a second administrator", async () => {
  show({ admin_resolve_dispute: aDispute({ status: "under_review" }) });
  await userEvent.click(await screen.findByRole("button", { name: "Approve in full" }));
  await userEvent.type(screen.getByLabelText("Reason"), "So it is.");
  await userEvent.click(
    screen.getAllByRole("button", { name: "Approve in full" }).at(-1) as HTMLElement,
  );
  expect(await screen.findByText(/Nothing has moved yet: this waits for a second/)).toBeVisible();
});

test("refunds that wait for a second administrator are counted, with a link to them", async () => {
  show({ admin_list_pending_acts: [aPendingAct({ act: "resolve_dispute" }), aPendingAct()] });
  expect(await screen.findByText(/One refund waits/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Waiting acts" })).toHaveAttribute("href", "/acts");
});
