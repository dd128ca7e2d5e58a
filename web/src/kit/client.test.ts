import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase, lostAnswer, refusal } from "../test/fake-supabase";
import { CreditsClient } from "./client";
import { type CreditsError, explain } from "./errors";
import { post } from "./post";

const EDGE = "https://edge.test";
const GIFT = { recipient_email: "bob@example.com", amount: 1, key: "k" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Sends a gift that is refused so each time, and gives the calls and the error. */
async function send(error: CreditsError) {
  const fake = new FakeSupabase({
    send_credit_gift: () => {
      throw error;
    },
  });
  const sent = new CreditsClient({ supabase: fake.supabase }).keyed("send_credit_gift", GIFT);
  const caught = sent.catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(10_000);
  return { calls: fake.argsOf("send_credit_gift"), error: (await caught) as CreditsError };
}

test.each([
  ["no answer", lostAnswer()],
  ["a network error with a code", refusal("fetch failed", { code: "ECONNRESET", status: 0 })],
  ["a transaction that has to be done again", refusal("x", { code: "40001", status: 500 })],
  ["a deadlock", refusal("x", { code: "40P01", status: 500 })],
  ["a full pool", refusal("Timed out", { code: "PGRST003", status: 504 })],
  ["a server that goes down", refusal("terminating", { code: "57P01", status: 500 })],
])("after %s the same key is sent twice more", async (_, thrown) => {
  const { calls, error } = await send(thrown);
  expect(calls).toEqual([GIFT, GIFT, GIFT]);
  expect(error.isLost).toBe(true);
  expect(explain(error)).toBe("No answer came: check the connection.");
});

test("a refusal is final", async () => {
  const { calls, error } = await send(refusal("insufficient_credits", { status: 400 }));
  expect(calls).toHaveLength(1);
  expect([error.isLost, error.status]).toEqual([false, 400]);
});

test.each([
  [503, "<html>", true],
  [502, '{"message":"stripe_unavailable","code":"502","hint":"Try again."}', true],
  [409, '{"message":"not_subscribed","code":"P0001","hint":"Subscribe."}', false],
])("the edge's %i is told as it is", async (status, body, isLost) => {
  vi.stubGlobal("fetch", async () => new Response(body, { status }));
  const client = new CreditsClient({ supabase: new FakeSupabase().supabase, edgeUrl: EDGE });
  const error = (await client.edge("/x", {}).catch((thrown: unknown) => thrown)) as CreditsError;
  expect([error.status, error.isLost]).toEqual([status, isLost]);
});

test("an answer of the edge that cannot be read is none", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>Sign in to this network</html>"));
  const client = new CreditsClient({ supabase: new FakeSupabase().supabase, edgeUrl: EDGE });
  const error = (await client.edge("/x", {}).catch((thrown: unknown) => thrown)) as CreditsError;
  expect([error.token, error.isLost]).toEqual(["no_answer", true]);
});

test("a post tells a lost answer from one that was given up", async () => {
  vi.stubGlobal("fetch", async (_url: string, { signal }: RequestInit) => {
    throw signal?.aborted ? signal.reason : new TypeError("Failed to fetch");
  });
  const { supabase } = new FakeSupabase();
  await expect(post(supabase, "/x", {})).rejects.toMatchObject({ token: "no_answer" });
  const signal = AbortSignal.abort();
  await expect(post(supabase, "/x", {}, { signal })).rejects.toMatchObject({ name: "AbortError" });
});

test("a form is posted as it is, under its key, with the user's token", async () => {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response());
  vi.stubGlobal("fetch", fetch);
  const form = new FormData();
  await post(new FakeSupabase().supabase, "/x", form, { key: "k" });
  const [url, { body, headers }] = fetch.mock.calls[0] ?? ["", {}];
  expect([url, body]).toEqual(["/x", form]);
  expect(headers).toEqual({ Authorization: "Bearer token", "Idempotency-Key": "k" });
});

test("after each lost answer it waits longer before the same is sent again", async () => {
  const fake = new FakeSupabase({
    send_credit_gift: () => {
      throw lostAnswer();
    },
  });
  const sent = new CreditsClient({ supabase: fake.supabase }).keyed("send_credit_gift", GIFT);
  sent.catch(() => {});
  const times: number[] = [];
  for (const ms of [0, 399, 1, 799, 1]) {
    await vi.advanceTimersByTimeAsync(ms);
    times.push(fake.argsOf("send_credit_gift").length);
  }
  expect(times).toEqual([1, 1, 2, 2, 3]);
});

test("the edge is called as the user, however its address ends", async () => {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ url: "u" }));
  vi.stubGlobal("fetch", fetched);
  const { supabase } = new FakeSupabase();
  const client = new CreditsClient({ supabase, edgeUrl: `${EDGE}//` });
  expect(await client.edge("/api/x", { plan: "pro" })).toEqual({ url: "u" });
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(url).toBe(`${EDGE}/api/x`);
  expect(init?.headers).toMatchObject({ Authorization: "Bearer token" });
  expect(init?.body).toBe('{"plan":"pro"}');
});

test("an edge that is not reached has not answered", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("fetch failed");
  });
  const client = new CreditsClient({ supabase: new FakeSupabase().supabase, edgeUrl: EDGE });
  await expect(client.edge("/x", {})).rejects.toMatchObject({ token: "no_answer", isLost: true });
});
