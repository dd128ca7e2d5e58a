/** What is for sale and what uses cost: open to visitors, but for quotes. Errors: `CreditsError`. */
import type { AccountId, Args, Caller, CreditsClient, Returns } from "../client";
import type { Json } from "../database";
import type { Purchase } from "./credits";
import { readQuote } from "./read-billing";

/** A pack of credits; money in minor units of `currency`. */
export type Package = Returns<"list_credit_packages">[number];
/** A plan. */
export type Plan = Returns<"list_credit_plans">[number];
/** What one credit costs; `price_per_credit` in the currency itself: dollars, not cents. */
export type Rate = Returns<"get_credit_rate">;
/** What one component of a service costs. */
export type Price = Returns<"list_credit_prices">[number];
/** What a call would cost, in credits. */
export type Estimate = Returns<"estimate_credit_cost">;
/** What is to be estimated: a prompt, or a service and its usage. */
export type EstimateRequest = Args<"estimate_credit_cost">;
/** The model that a prompt should go to, and why. */
export type ModelChoice = Returns<"choose_model">;

/** A line of a quote: discounts are below 0. */
export interface QuoteLine {
  kind: string;
  label: string;
  amount_cents: number;
}

/** What a purchase costs; the checkout charges exactly `total_cents`. */
export interface Quote {
  ok: boolean;
  /** Why it cannot be bought so: `promotion_code_invalid`, `purchase_cap_reached` … */
  message: string | null;
  credits: number;
  bonus_credits: number;
  lines: QuoteLine[];
  subtotal_cents: number | null;
  discount_cents: number;
  fee_cents: number;
  total_cents: number | null;
  currency: string;
}

/** A message to who sells. */
export type SalesMessage = Args<"contact_credit_sales">;

/** What is for sale and what uses cost. */
export const catalogService = {
  /** The packs on sale, in the catalog's order. */
  listPackages: (client: Caller): Promise<Package[]> => client.rpc("list_credit_packages", {}),

  /** The plans, in the catalog's order. */
  listPlans: (client: Caller): Promise<Plan[]> => client.rpc("list_credit_plans", {}),

  /** What one credit costs the user when so many are bought. */
  getRate: (client: Caller, quantity: number): Promise<Rate> =>
    client.rpc("get_credit_rate", { quantity }),

  /** What each service costs, a row a component. */
  listPrices: (client: Caller): Promise<Price[]> => client.rpc("list_credit_prices", {}),

  /** What a purchase would cost; a wrong code is counted each time, and ten lock the user out. */
  getQuote: async (
    client: Caller,
    accountId: AccountId,
    { promotionCode, ...item }: Purchase,
  ): Promise<Quote> => {
    const quote = await client.rpc("quote_credit_purchase", {
      account_id: accountId,
      promotion_code: promotionCode || null,
      ...item,
    });
    return readQuote(quote, "quote");
  },

  /** What a call would cost. */
  estimate: (client: Caller, request: EstimateRequest): Promise<Estimate> =>
    client.rpc("estimate_credit_cost", request),

  /** The cheapest model that fits a prompt, and is affordable where one is. */
  chooseModel: (client: Caller, prompt: string): Promise<ModelChoice> =>
    client.rpc("choose_model", { prompt }),

  /** What a number of units of a service costs. */
  priceUse: (client: Caller, service: string, quantity: number): Promise<number> =>
    client.rpc("calculate_query_cost", { service, quantity }),

  /** Sends a message to who sells; `rate_limited` where too many came. */
  contactSales: (client: CreditsClient, message: SalesMessage) =>
    client.rpc("contact_credit_sales", message),
};

/** The texts of a list in JSON, such as the features of a plan. */
export function readTexts(json: Json): string[] {
  return Array.isArray(json) ? json.filter((item) => typeof item === "string") : [];
}
