import { expect, test } from "vitest";
import { readPromotion } from "./read-promotion";

test("a currency is sent as the database writes it, and what is empty is left out", () => {
  const form = new FormData();
  form.set("code", " FIVE ");
  form.set("discount_type", "fixed");
  form.set("discount_value", "500");
  form.set("currency", "USD");
  form.set("maximum_uses", "");
  expect(readPromotion(form)).toEqual({
    code: "FIVE",
    discount_type: "fixed",
    discount_value: 500,
    currency: "usd",
    maximum_uses_per_account: null,
  });
});
