/** Where the pages find the database's functions and the edge: /config.json of their own server. */

/** Somebody of the local stack, who signs in with one click. */
export interface DemoUser {
  label: string;
  email: string;
  password: string;
  role: string;
}

/** What the pages have to know; nothing of it is secret. */
export interface PagesConfig {
  supabaseUrl: string;
  anonKey: string;
  edgeUrl?: string;
  /** False where there is no Realtime. */
  isLive?: boolean;
  demo?: DemoUser[];
}

/** Reads it; the pages cannot start without. */
export async function readConfig(): Promise<PagesConfig> {
  const response = await fetch("/config.json");
  if (!response.ok) {
    throw new Error(`/config.json: ${response.status}`);
  }
  return (await response.json()) as PagesConfig;
}
