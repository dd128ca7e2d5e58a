import { useAlerts } from "./use-alerts";
import { useLiveBalance } from "./use-live-balance";

/** How low an account is. */
export interface LowBalance {
  level: "enough" | "low" | "empty";
  /** What can be spent now. */
  available: number;
  /** Below it the balance is low, in credits. */
  threshold: number;
}

/**
 * How low the account is, by the rule of the database: what is held counts as there. Undefined
 * while the balance loads. Who may not see the account's settings is told of an empty one only.
 */
export function useLowBalance(): LowBalance | undefined {
  const balance = useLiveBalance().data;
  const { alerts } = useAlerts();
  if (!balance) {
    return undefined;
  }
  const threshold =
    alerts.data?.low_balance ?? balance.low_balance ?? alerts.data?.default_low_balance ?? 0;
  const low = balance.balance < threshold ? "low" : "enough";
  return {
    level: balance.balance <= 0 ? "empty" : low,
    available: balance.available,
    threshold,
  };
}
