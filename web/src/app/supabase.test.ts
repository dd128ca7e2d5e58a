import { afterEach, expect, test, vi } from "vitest";
import { connect } from "./supabase";

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

const part = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
const expires = Math.floor(Date.now() / 1000) + 3600;
const TOKEN = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: "mallory", exp: expires })}.c2ln`;

test("a link with somebody else's session signs nobody in", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ id: "mallory", email: "m@example.com" }));
  const session = `access_token=${TOKEN}&refresh_token=r&token_type=bearer&expires_in=3600`;
  history.replaceState(null, "", `/#${session}&expires_at=${expires}`);
  const supabase = connect({ supabaseUrl: "https://project.test", anonKey: "anon" });
  const { data } = await supabase.auth.getSession();
  expect(data.session).toBeNull();
});
