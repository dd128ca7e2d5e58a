import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aPack } from "../../test/samples";
import { usePackages } from "./use-catalog";
import { useQuantityBounds } from "./use-quantity-bounds";

function Bounds() {
  const packs = usePackages().data;
  const { data } = useQuantityBounds();
  return <p>{packs && `${packs.length} packs, ${data ? data.maximum : "no"} credits`}</p>;
}

const answers = {
  quote_credit_purchase: () => {
    throw refusal("invalid_quantity", { details: '{"minimum": 10, "maximum": 900}' });
  },
};

test("the bounds are learnt from a refusal where there are no packs", async () => {
  renderKit(<Bounds />, { ...answers, list_credit_packages: [] });
  expect(await screen.findByText("0 packs, 900 credits")).toBeVisible();
});

test("where there are packs nothing is asked that would be refused", async () => {
  const { fake } = renderKit(<Bounds />, { ...answers, list_credit_packages: [aPack()] });
  expect(await screen.findByText("1 packs, no credits")).toBeVisible();
  expect(fake.argsOf("quote_credit_purchase")).toEqual([]);
});
