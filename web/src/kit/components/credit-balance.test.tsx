import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { aBalance } from "../../test/samples";
import { CreditBalance } from "./credit-balance";

const answers = { get_credit_balance: aBalance() };

test("the line of a header says aloud what moved, as a whole", async () => {
  const { container } = renderKit(<CreditBalance compact />, answers);
  await screen.findByText("250");
  const live = container.querySelector("[aria-live=polite]");
  expect(live).toHaveTextContent(/^250 credits$/);
  expect(live).toHaveAttribute("aria-atomic", "true");
});

test("the card says nothing aloud: the header's line does, on the same page", async () => {
  renderKit(<CreditBalance buyHref="/buy" />, answers);
  expect((await screen.findByText("250")).closest("[aria-live]")).toBeNull();
});
