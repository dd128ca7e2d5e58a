import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { renderKit } from "../src/test/render";
import { aBalance } from "../src/test/samples";
import { Chat } from "./chat";
import { Documents } from "./documents";
import { Voice } from "./voice";

vi.mock("../src/app/session", () => ({
  useSession: () => ({
    supabase: { auth: { getSession: async () => ({ data: { session: null } }) } },
  }),
}));

// jsdom scrolls nothing.
Element.prototype.scrollIntoView ??= () => {};

const ENOUGH = {
  has_enough_credits: true,
  calculate_query_cost: 5,
  get_credit_balance: aBalance({ available: 100 }),
};
const PAID = { words: 6, cost: 5, balance: 15, held: 0, available: 15 };

/** A back end in place of `fetch`; gives the keys that came. */
function answering(answer: (attempt: number) => Response | Promise<Response>) {
  const keys: string[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    keys.push(new Headers(init.headers).get("Idempotency-Key") ?? "");
    return answer(keys.length);
  });
  return keys;
}

async function upload() {
  renderKit(<Documents buyHref="/buy" />, ENOUGH);
  const [field] = screen.getAllByLabelText("Text files");
  await userEvent.upload(field as HTMLElement, new File(["The tides."], "tides.txt"));
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

test("a document whose answer was lost is sent again under its key", async () => {
  const keys = answering((attempt) => {
    if (attempt === 1) {
      throw new TypeError("Failed to fetch");
    }
    return Response.json(PAID);
  });
  await upload();
  await press("Upload");
  await screen.findByText("tides.txt: No answer came: check the connection.");
  await press("Upload");
  expect(await screen.findByText("tides.txt: 6 words, 5 credits.")).toBeVisible();
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(keys[0]);
  expect(screen.queryByRole("button", { name: "Upload" })).toBeNull();
});

test("while a document is sent it cannot be sent again", async () => {
  let answer = (_response: Response) => {};
  answering(() => new Promise<Response>((resolve) => (answer = resolve)));
  await upload();
  await press("Upload");
  expect(screen.queryByRole("button", { name: "Upload" })).toBeNull();
  answer(Response.json(PAID));
  expect(await screen.findByText("tides.txt: 6 words, 5 credits.")).toBeVisible();
});

/** An answer of the back end that says so much and then ends, or breaks. */
function cutShort(event: string, isBroken: boolean): Response {
  const pull = (stream: ReadableStreamDefaultController<Uint8Array>) =>
    isBroken ? stream.error(new TypeError("network error")) : stream.close();
  const start = (stream: ReadableStreamDefaultController<Uint8Array>) =>
    stream.enqueue(new TextEncoder().encode(event));
  return new Response(new ReadableStream({ start, pull }));
}

test.each([true, false])(
  "an answer that breaks off is said to have broken off (%s)",
  async (is) => {
    answering(() => cutShort('event: text\ndata: "The moon "\n\n', is));
    renderKit(<Chat buyHref="/buy" />, ENOUGH);
    await userEvent.type(screen.getByLabelText("Ask"), "Why?");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(
      await screen.findByText("The connection broke: no more is paid than what was said."),
    ).toBeVisible();
    expect(screen.getByText("The moon")).toBeVisible();
  },
);

test("who stops an answer can ask on at once, without a mouse", async () => {
  answering(() => new Promise<Response>(() => {}));
  renderKit(<Chat buyHref="/buy" />, ENOUGH);
  await userEvent.type(screen.getByLabelText("Ask"), "Why?");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
  expect(screen.getByLabelText("Ask")).toHaveFocus();
});

test("a call that breaks off does not stand there for ever", async () => {
  answering(() => new Response('event: minute\ndata: {"minute": 3, "held_minutes": 4}\n\n'));
  renderKit(<Voice buyHref="/buy" />, ENOUGH);
  await press("Call");
  expect(
    await screen.findByText("The connection broke: no more is paid than what was talked."),
  ).toBeVisible();
});

test("a call that has ended tells why, and what it cost", async () => {
  const end = { ...PAID, reason: "cut", minutes: 3, cost: 3 };
  answering(() => new Response(`event: ended\ndata: ${JSON.stringify(end)}\n\n`));
  renderKit(<Voice buyHref="/buy" />, ENOUGH);
  await press("Call");
  expect(await screen.findByText("The call was cut: 3 credits for 3 minutes.")).toBeVisible();
});
