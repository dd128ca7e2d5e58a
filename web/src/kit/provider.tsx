import { type Query, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { CreditsClient, type CreditsConfig, type Supabase } from "./client";
import { CreditsError } from "./errors";
import { LiveBalance } from "./live-balance";
import { LoadingStatus } from "./ui/loading-status";

interface Credits {
  client: CreditsClient;
  accountId: string | null;
}

const Context = createContext<Credits | null>(null);

const RULES = {
  mutations: { networkMode: "always" },
  queries: {
    networkMode: "always",
    refetchOnReconnect: true,
    staleTime: 10_000,
    retry: (count: number, error: Error) =>
      error instanceof CreditsError && error.isLost && count < 2,
  },
} as const;

/**
 * How the kit asks: refusals at once, lost answers twice more. Without a network it asks all the
 * same and says so at once: nothing is bought or sent by itself when the network is back.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: RULES });
}

/** Makes the application's query client do so too, with what is the kit's. */
function withRules(queries: QueryClient): QueryClient {
  for (const first of ["credits", "credits-admin", "credits-catalog", "credits-quote"]) {
    queries.setQueryDefaults([first], RULES.queries);
  }
  queries.setMutationDefaults(["credits"], RULES.mutations);
  return queries;
}

/** What `CreditsProvider` takes: where calls go, and whose credits they are about. */
export interface CreditsProviderProps extends CreditsConfig {
  /** False where the project has no Realtime, and nobody is to ask for it. */
  isLive?: boolean;
  /** A team's account; without one it is the user's own. */
  accountId?: string | null;
  /** The application's query client, where it has one. */
  queryClient?: QueryClient;
  children: ReactNode;
}

/**
 * Gives the hooks and components below it their client: one provider for each client of Supabase.
 * What was loaded for a user is dropped when another one signs in, or nobody is signed in any more.
 */
export function CreditsProvider(props: CreditsProviderProps): ReactNode {
  const { supabase, edgeUrl, isLive = true, accountId = null, queryClient, children } = props;
  const client = useMemo(
    () => new CreditsClient({ supabase, ...(edgeUrl === undefined ? {} : { edgeUrl }) }),
    [supabase, edgeUrl],
  );
  const credits = useMemo(() => ({ client, accountId }), [client, accountId]);
  const [ownQueries] = useState(createQueryClient);
  const queries = useMemo(() => withRules(queryClient ?? ownQueries), [queryClient, ownQueries]);
  useEffect(() => forgetWithUser(supabase, queries), [supabase, queries]);
  return (
    <Context value={credits}>
      <QueryClientProvider client={queries}>
        <LiveBalance client={client} accountId={accountId} isLive={isLive}>
          {children}
        </LiveBalance>
        <LoadingStatus />
      </QueryClientProvider>
    </Context>
  );
}

/** Drops the data of a user who is another one than before, until the returned function is called. */
function forgetWithUser(supabase: Supabase, queries: QueryClient): () => void {
  let known: string | null | undefined;
  const { data } = supabase.auth.onAuthStateChange((_, session) => {
    const userId = session?.user.id ?? null;
    if (known !== undefined && known !== userId) {
      forgetCredits(queries, userId !== null);
    }
    known = userId;
  });
  return () => data.subscription.unsubscribe();
}

function forgetCredits(queries: QueryClient, mayAskAgain: boolean): void {
  const predicate = ({ queryKey: [first] }: Query) => String(first).startsWith("credits");
  for (const query of queries.getQueryCache().findAll({ predicate })) {
    query.reset();
  }
  if (mayAskAgain) {
    void queries.refetchQueries({ predicate, type: "active" });
  }
}

/** The client, and the account that is meant: null for the user's own. */
export function useCreditsClient(): Credits {
  const credits = useContext(Context);
  if (!credits) {
    throw new Error("Put the component inside <CreditsProvider>.");
  }
  return credits;
}
