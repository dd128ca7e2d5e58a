import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { type Answers, fakeEdge, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aPack, aQuote, asJson } from "../../test/samples";
import { OpenPage } from "../hooks/use-checkout";
import type { Quote } from "../services/catalog";
import { PurchaseForm } from "./purchase-form";

type QuoteAnswer = NonNullable<Answers["quote_credit_purchase"]>;

const MINIMUM = 10;
const PACKS = [aPack(), aPack({ code: "small", name: "Small" })];
const checkout = { url: "https://pay.test/1", session_id: "cs_1", order_id: "o1" };
const noQuantity = (bounds: object) =>
  refusal("invalid_quantity", { details: JSON.stringify(bounds) });

/** Quotes packs; numbers of credits within bounds, at a cent each. */
function quoting(bounds: object, more: (code: string | null | undefined) => Partial<Quote>) {
  const answer: QuoteAnswer = ({ quantity, package: code, promotion_code }) => {
    if (quantity && quantity < MINIMUM) {
      throw noQuantity(bounds);
    }
    const cents = quantity ?? (code === "basic" ? 4500 : 1000);
    return asJson(aQuote({ total_cents: cents, lines: [], ...more(promotion_code) }));
  };
  return answer;
}

function renderForm(quote: QuoteAnswer, packs = PACKS) {
  const open = vi.fn();
  const { fake } = renderKit(
    <OpenPage value={open}>
      <PurchaseForm />
    </OpenPage>,
    {
      list_credit_packages: packs,
      quote_credit_purchase: quote,
    },
  );
  /** The quotes that were asked for, but for the bounds. */
  const quotes = () =>
    fake.argsOf("quote_credit_purchase").filter(({ quantity }) => !quantity || quantity >= MINIMUM);
  return { fake, open, quotes };
}

async function apply(code: string) {
  await userEvent.clear(screen.getByLabelText("Promotion code"));
  await userEvent.type(screen.getByLabelText("Promotion code"), code);
  await userEvent.click(screen.getByRole("button", { name: "Apply" }));
}

test("the quote's lines and total are shown, and paying opens the checkout", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  const { open } = renderForm(
    quoting({}, () => ({
      lines: [
        { kind: "package", label: "Basic", amount_cents: 4500 },
        { kind: "promotion", label: "Spring sale", amount_cents: -500 },
        { kind: "fee", label: "Payment fee", amount_cents: 130 },
      ],
      total_cents: 4130,
    })),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  expect(await screen.findByText("Spring sale")).toBeVisible();
  expect(screen.getByText("-$5.00")).toBeVisible();
  expect(screen.getByText("Payment fee")).toBeVisible();
  expect(screen.getByText("$41.30")).toBeVisible();
  expect(screen.getByText(/You get 5,500 credits, 500 of them as a bonus/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Chosen Basic" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await userEvent.click(screen.getByRole("button", { name: "Pay $41.30" }));
  await waitFor(() => expect(open).toHaveBeenCalledExactlyOnceWith(checkout.url));
  expect(calls[0]?.args).toEqual({ package: "basic" });
});

test("a code is asked when it is applied, not while it is typed, and goes to the checkout", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  const { quotes } = renderForm(quoting({}, (code) => (code ? { total_cents: 3600 } : {})));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await screen.findByRole("button", { name: "Pay $45.00" });
  await apply("SPRING25");
  await userEvent.click(await screen.findByRole("button", { name: "Pay $36.00" }));
  expect(quotes().map(({ promotion_code }) => promotion_code)).toEqual([null, "SPRING25"]);
  await waitFor(() =>
    expect(calls[0]?.args).toEqual({ package: "basic", promotion_code: "SPRING25" }),
  );
});

test("a wrong code is told at its field, is not sent again, and does not stop the purchase", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  const { quotes } = renderForm(
    quoting({}, (code) => (code ? { ok: false, message: "promotion_code_invalid" } : {})),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await screen.findByRole("button", { name: "Pay $45.00" });
  await apply("GUESS");
  expect(await screen.findByText("This code is not valid for this purchase.")).toBeVisible();
  expect(screen.getByLabelText("Promotion code")).toBeInvalid();
  window.dispatchEvent(new Event("visibilitychange"));
  await userEvent.click(screen.getByRole("button", { name: "Choose Small" }));
  await userEvent.click(await screen.findByRole("button", { name: "Pay $10.00" }));
  await waitFor(() => expect(calls[0]?.args).toEqual({ package: "small" }));
  expect(quotes().filter(({ promotion_code }) => promotion_code)).toHaveLength(1);
});

test("what may not be bought says why, and cannot be paid", async () => {
  renderForm(quoting({}, () => ({ ok: false, message: "purchase_cap_reached" })));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("may still pay in this month");
  expect(screen.getByRole("button", { name: "Pay $45.00" })).toBeDisabled();
});

test("a number of credits is quoted where no packs are sold, within its bounds", async () => {
  renderForm(
    quoting({ minimum: MINIMUM, maximum: 900 }, () => ({})),
    [],
  );
  await userEvent.type(await screen.findByLabelText("Credits"), "1000");
  await userEvent.click(screen.getByRole("button", { name: "Show the price" }));
  expect(screen.getByLabelText("Credits")).toBeInvalid();
  expect(screen.queryByRole("button", { name: /^Pay/ })).toBeNull();
  await userEvent.clear(screen.getByLabelText("Credits"));
  await userEvent.type(screen.getByLabelText("Credits"), "700");
  await userEvent.click(screen.getByRole("button", { name: "Show the price" }));
  expect(await screen.findByRole("button", { name: "Pay $7.00" })).toBeEnabled();
});

test("where packs are sold no quote is asked that would be refused", async () => {
  const { fake } = renderForm(quoting({}, () => ({})));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await screen.findByRole("button", { name: "Pay $45.00" });
  expect(fake.argsOf("quote_credit_purchase").map((asked) => asked.package)).toEqual(["basic"]);
});

test("where neither packs nor numbers are sold it says so", async () => {
  renderForm(
    quoting({ minimum: null, maximum: null }, () => ({})),
    [],
  );
  expect(await screen.findByText("No credits are on sale.")).toBeVisible();
  expect(screen.queryByLabelText("Credits")).toBeNull();
});

test("a code that was typed and not applied is not forgotten when paying", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  renderForm(quoting({}, (code) => (code ? { total_cents: 3600 } : {})));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  const pay = await screen.findByRole("button", { name: "Pay $45.00" });
  await userEvent.type(screen.getByLabelText("Promotion code"), "SPRING25");
  expect(pay).toBeDisabled();
  expect(screen.getByText("Apply the code, or clear it, to pay.")).toBeVisible();
  await userEvent.clear(screen.getByLabelText("Promotion code"));
  expect(pay).toBeEnabled();
  expect(calls).toEqual([]);
});

test("a code that is cleared is not used any more", async () => {
  const calls = fakeEdge({ "/api/credits/checkout": checkout });
  renderForm(quoting({}, (code) => (code ? { total_cents: 3600 } : {})));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await screen.findByRole("button", { name: "Pay $45.00" });
  await apply("SPRING25");
  await screen.findByRole("button", { name: "Pay $36.00" });
  await userEvent.clear(screen.getByLabelText("Promotion code"));
  await userEvent.click(await screen.findByRole("button", { name: "Pay $45.00" }));
  await waitFor(() => expect(calls[0]?.args).toEqual({ package: "basic" }));
});

test("a price is asked for anew when a checkout at it was refused", async () => {
  let cents = 4500;
  fakeEdge({
    "/api/credits/checkout": () => {
      cents = 5000;
      throw refusal("package_not_for_sale", { hint: "It is another one now." });
    },
  });
  renderForm(quoting({}, () => ({ total_cents: cents })));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await userEvent.click(await screen.findByRole("button", { name: "Pay $45.00" }));
  expect(await screen.findByRole("button", { name: "Pay $50.00" })).toBeEnabled();
});

test("what is chosen is not paid at the price of another while its own is on its way", async () => {
  fakeEdge({ "/api/credits/checkout": checkout });
  const { fake } = renderForm(quoting({}, () => ({})));
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  expect(await screen.findByRole("button", { name: "Pay $45.00" })).toBeEnabled();
  fake.answers.quote_credit_purchase = () => new Promise(() => {});
  await userEvent.click(screen.getByRole("button", { name: "Choose Small" }));
  expect(screen.getByRole("button", { name: /^Pay/ })).toBeDisabled();
});

test("a wrong code neither goes to the checkout nor counts again when that is refused", async () => {
  const calls = fakeEdge({
    "/api/credits/checkout": () => {
      throw refusal("package_not_for_sale", { hint: "It is another one now." });
    },
  });
  const { quotes } = renderForm(
    quoting({}, (code) => (code ? { ok: false, message: "promotion_code_invalid" } : {})),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Choose Basic" }));
  await screen.findByRole("button", { name: "Pay $45.00" });
  await apply("GUESS");
  await screen.findByText("This code is not valid for this purchase.");
  await userEvent.click(screen.getByRole("button", { name: "Pay $45.00" }));
  expect(await screen.findByText("It is another one now.")).toBeVisible();
  expect(calls[0]?.args).toEqual({ package: "basic" });
  expect(quotes().filter(({ promotion_code }) => promotion_code)).toHaveLength(1);
});
