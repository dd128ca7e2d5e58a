/** What `admin_get_system_summary` and `admin_get_dispute_statistics` tell, and their readers. */
import type { DisputeReason } from "../database";
import { listOf, mapOf, number, object, orNull, text, wordOf } from "../read-json";
import { DISPUTE_REASONS } from "../words";

/** The whole system in figures. Money in cents by currency, all else in credits or counts. */
export interface SystemSummary {
  /** How many accounts are in each status. */
  accounts: Record<string, number>;
  credits: { balance: number; held: number; available: number; debt: number };
  /** What is left of all grants, not held, by where they came from. */
  credits_by_source: Record<string, number>;
  /** How the balances above 0 are spread; `top_percent_share` is percent. */
  distribution: {
    accounts: number;
    average: number | null;
    median: number | null;
    p90: number | null;
    p99: number | null;
    largest: number | null;
    top_percent_share: number | null;
  };
  month: {
    calls: number;
    spent: number;
    refunded: number;
    active_accounts: number;
    gross_cents: Record<string, number>;
  };
  /** What waits for a person. */
  waiting: { disputes: number; acts: number; stripe_events: number; dead_notices: number };
  health: {
    schema_version: string | null;
    /** When each job last began. */
    jobs: Record<string, { last_at: string }>;
    integrity: { at: string; violations: number | null } | null;
  };
}

/** Reads the answer of `admin_get_system_summary`. */
export const readSystemSummary = object<SystemSummary>({
  accounts: mapOf(number),
  credits: object<SystemSummary["credits"]>({
    balance: number,
    held: number,
    available: number,
    debt: number,
  }),
  credits_by_source: mapOf(number),
  distribution: object<SystemSummary["distribution"]>({
    accounts: number,
    average: orNull(number),
    median: orNull(number),
    p90: orNull(number),
    p99: orNull(number),
    largest: orNull(number),
    top_percent_share: orNull(number),
  }),
  month: object<SystemSummary["month"]>({
    calls: number,
    spent: number,
    refunded: number,
    active_accounts: number,
    gross_cents: mapOf(number),
  }),
  waiting: object<SystemSummary["waiting"]>({
    disputes: number,
    acts: number,
    stripe_events: number,
    dead_notices: number,
  }),
  health: object<SystemSummary["health"]>({
    schema_version: orNull(text),
    jobs: mapOf(object<{ last_at: string }>({ last_at: text })),
    integrity: orNull(
      object<{ at: string; violations: number | null }>({ at: text, violations: orNull(number) }),
    ),
  }),
});

/** How disputes of one reason went; the percentage is of those resolved, null for none. */
export interface ReasonFigures {
  reason: DisputeReason;
  disputes: number;
  approved_percent: number | null;
  refunded: number;
}

/** What one administrator resolved. */
export interface AdministratorFigures {
  actor: string;
  resolved: number;
  approved_percent: number | null;
  refunded: number;
  average_hours: number | null;
}

/** How the disputes that were filed in a time went. */
export interface DisputeStatistics {
  submitted: number;
  open: number;
  by_status: Record<string, number>;
  requested_credits: number;
  refunded_credits: number;
  /** From filing to resolution; `longest_open` is the age of the oldest that waits. */
  resolution_hours: {
    average: number | null;
    median: number | null;
    p90: number | null;
    longest_open: number | null;
  };
  by_reason: ReasonFigures[];
  administrators: AdministratorFigures[];
}

/** Reads the answer of `admin_get_dispute_statistics`. */
export const readDisputeStatistics = object<DisputeStatistics>({
  submitted: number,
  open: number,
  by_status: mapOf(number),
  requested_credits: number,
  refunded_credits: number,
  resolution_hours: object<DisputeStatistics["resolution_hours"]>({
    average: orNull(number),
    median: orNull(number),
    p90: orNull(number),
    longest_open: orNull(number),
  }),
  by_reason: listOf(
    object<ReasonFigures>({
      reason: wordOf(DISPUTE_REASONS),
      disputes: number,
      approved_percent: orNull(number),
      refunded: number,
    }),
  ),
  administrators: listOf(
    object<AdministratorFigures>({
      actor: text,
      resolved: number,
      approved_percent: orNull(number),
      refunded: number,
      average_hours: orNull(number),
    }),
  ),
});
