import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { TEAM } from "../../test/rows";
import { CreditRate } from "./credit-rate";

/** A catalog without packs, whose credits are 1 cent each, and 0.8 cents for 10,000. */
function selling(bounds: { minimum: number | null; maximum: number | null }) {
  return {
    list_credit_packages: [],
    quote_credit_purchase: () => {
      throw refusal("invalid_quantity", { details: JSON.stringify(bounds) });
    },
    get_credit_rate: ({ quantity = 1 }) => {
      const isBulk = quantity >= 10_000;
      return {
        price_per_credit: isBulk ? 0.008 : 0.01,
        price_cents: quantity * (isBulk ? 0.8 : 1),
        currency: "usd",
        discount_percent: isBulk ? 20 : 0,
      };
    },
  };
}

test("a user sees what a credit costs, and where to buy", async () => {
  renderKit(<CreditRate buyHref="/buy" />, selling({ minimum: 100, maximum: 10_000 }));
  expect(await screen.findByText("$0.01")).toBeVisible();
  expect(
    screen.getByText("From 100 to 10,000 credits at a time, down to $0.008 a credit."),
  ).toBeVisible();
  expect(screen.getByRole("link", { name: "Buy credits" })).toHaveAttribute("href", "/buy");
});

test("without a discount for many there is one price", async () => {
  renderKit(<CreditRate buyHref="/buy" />, selling({ minimum: 100, maximum: 900 }));
  expect(await screen.findByText("From 100 to 900 credits at a time.")).toBeVisible();
});

test("where no number of credits is sold there is no price", async () => {
  const { fake } = renderKit(
    <CreditRate buyHref="/buy" />,
    selling({ minimum: null, maximum: null }),
  );
  expect(await screen.findByText("No packs are on sale.")).toBeVisible();
  expect(fake.argsOf("get_credit_rate")).toEqual([]);
  expect(screen.queryByRole("link")).toBeNull();
});

test("a visitor is sent to sign in, and nothing is asked", () => {
  const { fake } = renderKit(<CreditRate buyHref="/buy" signInHref="/sign-in" />);
  const link = screen.getByRole("link", { name: "Sign in to buy credits" });
  expect(link).toHaveAttribute("href", "/sign-in");
  expect(fake.calls).toEqual([]);
});

test("for a team it says that the price is the one of the user's own plan", async () => {
  renderKit(<CreditRate buyHref="/buy" />, selling({ minimum: 100, maximum: 900 }), TEAM);
  expect(await screen.findByText("a credit, with your own plan")).toBeVisible();
});
