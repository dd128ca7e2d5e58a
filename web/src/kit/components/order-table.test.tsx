import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { anOrder } from "../../test/samples";
import { OrderTable } from "./order-table";

const many = (count: number, first: number) =>
  Array.from({ length: count }, (_, index) => anOrder({ id: `order-${first + index}` }));

test("an order shows what, its state and what was paid, and its receipt line by line", async () => {
  renderKit(<OrderTable />, {
    list_credit_orders: [anOrder({ refunded_cents: 1500, promotion_code: "SPRING" })],
  });
  const row = within((await screen.findAllByRole("row"))[1] as HTMLElement);
  expect(row.getByText("Basic, 5,500 credits")).toBeVisible();
  expect(row.getByRole("cell", { name: "Paid" })).toBeVisible();
  expect(row.getByText("$45.00")).toBeVisible();
  await userEvent.click(row.getByRole("button", { name: /Show the receipt/ }));
  const receipt = within(screen.getByRole("dialog"));
  expect(receipt.getByText("Total")).toBeVisible();
  expect(receipt.getByText("Paid back: $15.00")).toBeVisible();
  expect(receipt.getByText("Promotion code: SPRING")).toBeVisible();
});

test("what is open or was never paid shows no money", async () => {
  renderKit(<OrderTable />, {
    list_credit_orders: [
      anOrder({ status: "expired", package: null, is_topup: true, bonus_credits: 0 }),
    ],
  });
  expect(await screen.findByText("5,000 credits (top-up)")).toBeVisible();
  expect(screen.queryByText("$45.00")).toBeNull();
});

test("earlier orders are asked for after the last one shown, until there are none", async () => {
  const { fake } = renderKit(<OrderTable />, {
    list_credit_orders: ({ before }) => (before ? many(3, 10) : many(10, 0)),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Show earlier ones" }));
  await expect.poll(() => screen.getAllByRole("row").length).toBe(14);
  expect(fake.argsOf("list_credit_orders").map(({ before }) => before)).toEqual([null, "order-9"]);
  expect(screen.queryByRole("button", { name: "Show earlier ones" })).toBeNull();
});

test("an order of before there were receipts has none to show", async () => {
  renderKit(<OrderTable />, { list_credit_orders: [anOrder({ receipt: null })] });
  expect(await screen.findByText("Basic, 5,500 credits")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Show/ })).toBeNull();
});

test("a receipt that is none is told, and takes no page away", async () => {
  renderKit(<OrderTable />, { list_credit_orders: [anOrder({ receipt: { lines: "?" } })] });
  expect(await screen.findByRole("alert")).toHaveTextContent("Something went wrong. Try again.");
});

test("without orders it says so", async () => {
  renderKit(<OrderTable />, { list_credit_orders: [] });
  expect(await screen.findByText(/Nothing was ordered yet/)).toBeVisible();
});
