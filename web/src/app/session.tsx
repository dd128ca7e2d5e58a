import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { PagesConfig } from "./config";

interface Signed {
  config: PagesConfig;
  supabase: SupabaseClient;
  /** Undefined while it is not known yet; null when nobody is signed in. */
  session: Session | null | undefined;
}

const Context = createContext<Signed | null>(null);

/** Gives the pages below it who is signed in. */
export function SessionProvider(props: {
  config: PagesConfig;
  supabase: SupabaseClient;
  children: ReactNode;
}) {
  const { config, supabase, children } = props;
  const [session, setSession] = useState<Session | null | undefined>();
  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_, found) => setSession(found));
    return () => data.subscription.unsubscribe();
  }, [supabase]);
  return <Context value={{ config, supabase, session }}>{children}</Context>;
}

/** Who is signed in, and the client that signs in and out. */
export function useSession(): Signed {
  const signed = useContext(Context);
  if (!signed) {
    throw new Error("Put the component inside <SessionProvider>.");
  }
  return signed;
}

/** Whether the signed-in user administers pgcredits; the database decides, this only shows. */
export function useIsAdmin(): boolean {
  const { session } = useSession();
  const role: unknown = session?.user.app_metadata.role;
  return role === "admin" || role === "superadmin";
}
