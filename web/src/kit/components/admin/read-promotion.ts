/** What a form says of a promotion, as `admin_create_promotion` takes it. */
import type { DiscountType, Json } from "../../database";

/** What each type's value is, and what else its form asks for. */
export const TERMS: Readonly<
  Record<
    DiscountType,
    { label: string; help: string; step: string; maximum?: number; isForPurchases: boolean }
  >
> = {
  percent: {
    label: "Percent",
    help: "Off the price, 100 at most.",
    step: "0.0001",
    maximum: 100,
    isForPurchases: true,
  },
  fixed: {
    label: "Amount in the smallest unit (cents)",
    help: "Off the price, all of it at most.",
    step: "1",
    isForPurchases: true,
  },
  bonus_credits: {
    label: "Credits",
    help: "On top of what is bought.",
    step: "0.0001",
    isForPurchases: true,
  },
  bonus_percent: {
    label: "Percent of the credits bought",
    help: "On top of what is bought.",
    step: "0.0001",
    isForPurchases: true,
  },
  credits: {
    label: "Credits",
    help: "Given when the code is redeemed, with no purchase.",
    step: "0.0001",
    isForPurchases: false,
  },
};

const NUMBERS = ["maximum_uses", "minimum_cents", "credits_days"];
const TIMES = ["starts_at", "ends_at"];
const LISTS = ["packages", "plans"];

/** Reads the form: empty fields are left out, and each account's uses are null for no limit. */
export function readPromotion(form: FormData): { [key: string]: Json } {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const given = (names: string[]) => names.filter((name) => text(name) !== "");
  const entries: [string, Json][] = [
    ...given(["code", "name", "discount_type", "currency"]).map((name): [string, Json] => [
      name,
      name === "currency" ? text(name).toLowerCase() : text(name),
    ]),
    ["discount_value", Number(text("discount_value"))],
    ...given(NUMBERS).map((name): [string, Json] => [name, Number(text(name))]),
    ...given(TIMES).map((name): [string, Json] => [name, new Date(text(name)).toISOString()]),
    ...LISTS.filter((name) => form.has(name)).map((name): [string, Json] => [
      name,
      form.getAll(name).map(String),
    ]),
    [
      "maximum_uses_per_account",
      text("maximum_uses_per_account") ? Number(text("maximum_uses_per_account")) : null,
    ],
  ];
  return Object.fromEntries(entries);
}
