/** Moves of a balance, as the database tells them over Supabase's Realtime. */
import type { Supabase } from "./client";

/** What a watcher wants to hear. */
export interface BalanceWatcher {
  /** The balance has moved. */
  moved: () => void;
  /** From now on moves are told; what moved before, now or while the socket was away, was not. */
  joined: () => void;
}

/** Joins the private channel of an account until the returned function is called. */
export function watchBalance(
  supabase: Supabase,
  accountId: string,
  { moved, joined }: BalanceWatcher,
): () => void {
  const channel = supabase
    .channel(`credits:${accountId}`, { config: { private: true } })
    .on("broadcast", { event: "balance" }, moved)
    .subscribe((status) => {
      if (status === "SUBSCRIBED") {
        joined();
      }
    });
  return () => void supabase.removeChannel(channel);
}
