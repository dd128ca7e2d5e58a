import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { aPromotion } from "../../../test/admin-rows";
import { type Answers, lostAnswer, refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { PromotionForm } from "./promotion-form";
import { PromotionTable } from "./promotion-table";

async function showForm(answers: Answers = {}) {
  const shown = renderKit(<PromotionForm />, {
    list_credit_packages: [
      {
        code: "small",
        name: "Small",
        credits: 500,
        bonus_credits: 0,
        price_cents: 500,
        currency: "usd",
        price_per_credit: 0.01,
        savings_percent: 0,
        features: [],
      },
    ],
    list_credit_plans: [],
    admin_create_promotion: aPromotion(),
    ...answers,
  });
  await userEvent.click(screen.getByText("New promotion"));
  return shown;
}

test("a discount is sent with what was filled in, and for the packs that were chosen", async () => {
  const { fake } = await showForm();
  await userEvent.type(screen.getByLabelText("Code"), "spring-25");
  await userEvent.type(screen.getByLabelText("Name"), "Spring sale");
  await userEvent.type(screen.getByLabelText("Percent"), "25");
  await userEvent.type(screen.getByLabelText("Uses in all"), "1000");
  await userEvent.click(await screen.findByLabelText("Small"));
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("SPRING25 is created.")).toBeVisible();
  expect(fake.argsOf("admin_create_promotion")).toEqual([
    {
      promotion: {
        code: "spring-25",
        name: "Spring sale",
        discount_type: "percent",
        discount_value: 25,
        maximum_uses: 1000,
        maximum_uses_per_account: 1,
        packages: ["small"],
      },
    },
  ]);
  expect(screen.getByLabelText("Code")).toHaveValue("");
});

test("a code for credits has days to live, and nothing of purchases", async () => {
  const { fake } = await showForm();
  await userEvent.selectOptions(screen.getByLabelText("Type"), "Credits at once");
  expect(screen.queryByLabelText("Smallest price in cents")).not.toBeInTheDocument();
  expect(screen.queryByLabelText("Small")).not.toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Code"), "HELLO");
  await userEvent.type(screen.getByLabelText("Name"), "Hello");
  await userEvent.type(screen.getByLabelText("Credits"), "25");
  await userEvent.type(screen.getByLabelText("Days the credits live"), "30");
  await userEvent.clear(screen.getByLabelText("Uses of each account"));
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await expect.poll(() => fake.argsOf("admin_create_promotion")).toHaveLength(1);
  expect(fake.argsOf("admin_create_promotion")[0]?.promotion).toEqual({
    code: "HELLO",
    name: "Hello",
    discount_type: "credits",
    discount_value: 25,
    credits_days: 30,
    maximum_uses_per_account: null,
  });
});

test("an amount off has a currency", async () => {
  const { fake } = await showForm();
  await userEvent.selectOptions(screen.getByLabelText("Type"), "Amount off");
  await userEvent.type(screen.getByLabelText("Code"), "FIVE");
  await userEvent.type(screen.getByLabelText("Name"), "Five off");
  await userEvent.type(screen.getByLabelText("Amount in the smallest unit (cents)"), "500");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await expect.poll(() => fake.argsOf("admin_create_promotion")).toHaveLength(1);
  expect(fake.argsOf("admin_create_promotion")[0]?.promotion).toMatchObject({
    discount_type: "fixed",
    discount_value: 500,
    currency: "usd",
  });
});

test("what is wrong with a promotion is told, and what was written stays", async () => {
  await showForm({
    admin_create_promotion: () => {
      throw refusal("invalid_promotion", { details: '{"problem": "the code is taken"}' });
    },
  });
  await userEvent.type(screen.getByLabelText("Code"), "SPRING25");
  await userEvent.type(screen.getByLabelText("Name"), "Spring sale");
  await userEvent.type(screen.getByLabelText("Percent"), "25");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("the code is taken");
  expect(screen.getByLabelText("Code")).toHaveValue("SPRING25");
});

test("a promotion is ended after a question, and cannot be ended twice", async () => {
  let isActive = true;
  const { fake } = renderKit(<PromotionTable />, {
    admin_list_promotions: () => [aPromotion({ is_active: isActive })],
    admin_end_promotion: () => {
      isActive = false;
      return aPromotion({ is_active: false });
    },
  });
  const row = await screen.findByRole("row", { name: /SPRING25/ });
  expect(row).toHaveTextContent("25% off");
  await userEvent.click(within(row).getByRole("button", { name: "End SPRING25" }));
  expect(fake.argsOf("admin_end_promotion")).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "End it" }));
  expect(await screen.findByText("Ended")).toBeVisible();
  expect(screen.queryByRole("button", { name: "End SPRING25" })).not.toBeInTheDocument();
  expect(fake.argsOf("admin_end_promotion")).toEqual([{ code: "SPRING25" }]);
});

test.each(["ab", "a!b", "ä-ö-ü"])("%s is no code", async (code) => {
  await showForm();
  await userEvent.type(screen.getByLabelText("Code"), code);
  expect(screen.getByLabelText("Code")).toBeInvalid();
});

test("who gets no answer is told to look before it is created again", async () => {
  await showForm({
    admin_create_promotion: () => {
      throw lostAnswer();
    },
  });
  await userEvent.type(screen.getByLabelText("Code"), "spring-25");
  await userEvent.type(screen.getByLabelText("Name"), "Spring sale");
  await userEvent.type(screen.getByLabelText("Percent"), "25");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText(/look whether it is among the promotions/)).toBeVisible();
});

test("that a promotion is ended is said, where the keyboard's focus is then", async () => {
  renderKit(<PromotionTable />, {
    admin_list_promotions: [aPromotion()],
    admin_end_promotion: aPromotion({ is_active: false }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "End SPRING25" }));
  await userEvent.click(screen.getByRole("button", { name: "End it" }));
  expect((await screen.findByText("SPRING25 is ended.")).closest("[role=status]")).toHaveFocus();
});
