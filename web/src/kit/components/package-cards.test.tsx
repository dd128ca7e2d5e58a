import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { fakeEdge, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aPack } from "../../test/samples";
import { OpenPage } from "../hooks/use-checkout";
import { PackageCards } from "./package-cards";

const packs = [
  aPack({ code: "small", name: "Small", bonus_credits: 0, savings_percent: 0, features: [] }),
  aPack(),
];
const checkout = { url: "https://pay.test/1", session_id: "cs_1", order_id: "o1" };

test("a pack shows what it brings, costs, saves and has", async () => {
  renderKit(<PackageCards />, { list_credit_packages: packs });
  const card = within(await screen.findByRole("listitem", { name: "Basic" }));
  expect(card.getByText("5,500 credits")).toBeVisible();
  expect(card.getByText("with 500 bonus")).toBeVisible();
  expect(card.getByText("$45.00")).toBeVisible();
  expect(card.getByText("$0.0082 a credit")).toBeVisible();
  expect(card.getByText("Save 18%")).toBeVisible();
  expect(card.getByText("Never expires")).toBeVisible();
  const small = within(screen.getByRole("listitem", { name: "Small" }));
  expect(small.queryByText(/bonus|Save/)).toBeNull();
});

test("buying a pack opens its checkout, and all buttons wait meanwhile", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  const open = vi.fn(() => new Promise<void>(() => {}));
  renderKit(
    <OpenPage value={open}>
      <PackageCards />
    </OpenPage>,
    { list_credit_packages: packs },
  );
  const button = await screen.findByRole("button", { name: "Buy Basic" });
  await userEvent.click(button);
  expect(button).toHaveFocus();
  await waitFor(() => expect(open).toHaveBeenCalledExactlyOnceWith("https://pay.test/1"));
  expect(calls).toEqual([{ name: "/api/credits/checkout", args: { package: "basic" } }]);
  for (const buy of screen.getAllByRole("button", { name: /^Buy/ })) {
    expect(buy.matches(":disabled, [aria-disabled=true]")).toBe(true);
  }
});

test("a checkout that is refused says why", async () => {
  fakeEdge({
    "/api/credits/checkout": () => {
      throw refusal("purchase_cap_reached", { code: "402", hint: "The month is full." });
    },
  });
  renderKit(<PackageCards />, { list_credit_packages: packs });
  await userEvent.click(await screen.findByRole("button", { name: "Buy Small" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The month is full.");
});

test("a visitor is sent to sign in", async () => {
  renderKit(<PackageCards signInHref="/sign-in" />, { list_credit_packages: packs });
  const link = await screen.findByRole("link", { name: "Sign in to buy Basic" });
  expect(link).toHaveAttribute("href", "/sign-in");
  expect(screen.queryByRole("button")).toBeNull();
});

test("packs that could not be loaded can be asked for again", async () => {
  const { fake } = renderKit(<PackageCards />, {
    list_credit_packages: () => {
      throw refusal("no_catalog", { hint: "There is no catalog." });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no catalog.");
  fake.answers.list_credit_packages = [];
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("No packs are on sale.")).toBeVisible();
});
