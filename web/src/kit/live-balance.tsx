import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { balanceQuery } from "./balance-query";
import type { CreditsClient } from "./client";
import { watchBalance } from "./live";
import { LiveRefresh } from "./live-refresh";

const LOOK_EVERY_MS = 15_000;

/** What `LiveBalance` takes: whose balance, once anything below has asked for it. */
export interface LiveBalanceProps {
  client: CreditsClient;
  accountId: string | null;
  /** Whether the project has Realtime. */
  isLive: boolean;
  children: ReactNode;
}

/**
 * Keeps what is below with the balance of the account: looks from time to time, and at once when the
 * database tells of a move. It tells when maintenance runs, and not of holds: looking goes on.
 */
export function LiveBalance({ client, accountId, isLive, children }: LiveBalanceProps) {
  const queries = useQueryClient();
  const { data } = useQuery({ ...balanceQuery(client, accountId), enabled: false });
  const id = data?.account_id;
  useEffect(() => {
    const refresh = new LiveRefresh(queries, accountId);
    const timer = setInterval(() => void refresh.look(), LOOK_EVERY_MS);
    const leave =
      isLive && id
        ? watchBalance(client.supabase, id, {
            moved: () => refresh.moved(),
            joined: () => void refresh.look(),
          })
        : () => {};
    return () => {
      leave();
      clearInterval(timer);
      refresh.stop();
    };
  }, [client, queries, accountId, isLive, id]);
  return children;
}
