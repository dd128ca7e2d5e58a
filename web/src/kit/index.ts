/** pgcredits for React: hooks, components and services over the database's functions. */
export * from "./checkouts";
export * from "./client";
export * from "./components/account-switcher";
export * from "./components/alert-settings";
export * from "./components/auto-topup-settings";
export * from "./components/cost-estimator";
export * from "./components/credit-balance";
export * from "./components/credit-check";
export * from "./components/credit-rate";
export * from "./components/current-plan";
export * from "./components/dispute-form";
export * from "./components/dispute-list";
export * from "./components/enterprise-contact";
export * from "./components/gift-form";
export * from "./components/gift-list";
export * from "./components/invitations";
export * from "./components/low-balance-alert";
export * from "./components/my-invitations";
export * from "./components/order-table";
export * from "./components/package-cards";
export * from "./components/plan-cards";
export * from "./components/plan-features";
export * from "./components/price-table";
export * from "./components/purchase-form";
export * from "./components/quote-lines";
export * from "./components/redeem-code";
export * from "./components/referral";
export * from "./components/team-form";
export * from "./components/team-list";
export * from "./components/team-members";
export * from "./components/transaction-table";
export * from "./components/usage-chart";
export * from "./components/usage-indicator";
export type {
  AccountKind,
  AccountStatus,
  ActKind,
  ActState,
  BillingInterval,
  Bucket,
  Database,
  DiscountType,
  DisputeOutcome,
  DisputeReason,
  DisputeStatus,
  GiftDirection,
  GiftState,
  HoldState,
  InvitationState,
  Json,
  MemberRole,
  OrderStatus,
  TopupStatus,
  TransactionType,
  TransactionWord,
} from "./database";
export * from "./errors";
export * from "./format";
export * from "./hooks/use-alerts";
export * from "./hooks/use-auto-topup";
export * from "./hooks/use-catalog";
export * from "./hooks/use-checkout";
export * from "./hooks/use-credit-check";
export * from "./hooks/use-credits";
export * from "./hooks/use-disputes";
export * from "./hooks/use-estimate";
export * from "./hooks/use-gifts";
export * from "./hooks/use-live-balance";
export * from "./hooks/use-low-balance";
export * from "./hooks/use-orders";
export * from "./hooks/use-quantity-bounds";
export * from "./hooks/use-quote";
export * from "./hooks/use-referral";
export * from "./hooks/use-summary";
export * from "./hooks/use-teams";
export * from "./hooks/use-transactions";
export * from "./hooks/use-usage-stats";
export * from "./provider";
export * from "./services/billing";
export * from "./services/catalog";
export * from "./services/credits";
export * from "./services/disputes";
export * from "./services/gifts";
export * from "./services/teams";
export * from "./words";
