import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { PagesConfig } from "./config";

/**
 * The client of the pages. A link signs in only the browser that has asked for it: a session that
 * stands in an address is somebody else's.
 */
export function connect({ supabaseUrl, anonKey }: PagesConfig): SupabaseClient {
  return createClient(supabaseUrl, anonKey, { auth: { flowType: "pkce" } });
}
