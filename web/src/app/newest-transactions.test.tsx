import { screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { renderKit } from "../test/render";
import { aCharge } from "../test/rows";
import { NewestTransactions } from "./newest-transactions";

test.each([
  ["purchase", null, "Purchase: pack small", "Purchase: pack small"],
  ["gift_sent", null, "Gift", "Gift sent"],
  ["refund", null, "Refund", "Refund"],
  ["usage", "query", null, "Usage · Query"],
  ["usage", "query", "The second film", "Usage · Query · The second film"],
] as const)("a %s of %s, “%s”, is told once: %s", async (type, service, description, told) => {
  renderKit(
    <MemoryRouter>
      <NewestTransactions />
    </MemoryRouter>,
    { list_credit_transactions: [aCharge({ type, service, description })] },
  );
  expect(await screen.findByText(told)).toBeVisible();
});
