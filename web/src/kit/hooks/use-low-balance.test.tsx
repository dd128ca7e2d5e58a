import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { ACCOUNT, aBalance } from "../../test/samples";
import { useLowBalance } from "./use-low-balance";

function Level() {
  const low = useLowBalance();
  return <p>{low && `${low.level} below ${low.threshold}`}</p>;
}

test.each([
  [200, 200, "enough"],
  [199.5, 199.5, "low"],
  [10, 0, "low"],
  [0, 0, "empty"],
])("a balance of %d of which %d can be spent is %s", async (balance, available, level) => {
  renderKit(<Level />, {
    get_credit_balance: aBalance({ balance, available, low_balance: null }),
    set_credit_alerts: { account_id: ACCOUNT, low_balance: null, default_low_balance: 200 },
  });
  expect(await screen.findByText(`${level} below 200`)).toBeVisible();
});
