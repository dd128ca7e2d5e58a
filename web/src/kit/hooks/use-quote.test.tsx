import { focusManager } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderKit } from "../../test/render";
import { aQuote, asJson } from "../../test/samples";
import { pass } from "../../test/time";
import type { Purchase } from "../services/credits";
import { useQuote } from "./use-quote";

function Probe({ wanted }: { wanted: Purchase }) {
  return <p data-testid="total">{useQuote(wanted).data?.total_cents}</p>;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
});

async function afterAMinute(wanted: Purchase) {
  const { fake } = renderKit(<Probe wanted={wanted} />, {
    quote_credit_purchase: asJson(aQuote({ total_cents: 1000 })),
  });
  await pass(100);
  fake.answers.quote_credit_purchase = asJson(aQuote({ total_cents: 1200 }));
  await pass(60_100);
  focusManager.setFocused(false);
  focusManager.setFocused(true); // the window is looked at again
  await pass(100);
  return fake.argsOf("quote_credit_purchase").length;
}

test("a page that is left open shows the price of today", async () => {
  expect(await afterAMinute({ package: "basic" })).toBe(2);
  expect(screen.getByTestId("total")).toHaveTextContent("1200");
});

test("a code is not asked again by itself, nor by the window, for a wrong one counts", async () => {
  expect(await afterAMinute({ package: "basic", promotionCode: "GUESS" })).toBe(1);
});
