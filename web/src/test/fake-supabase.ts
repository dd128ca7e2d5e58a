/** Supabase in memory, for tests: it answers what a test tells it to, and keeps what it was asked. */
import { vi } from "vitest";
import type { Args, Returns, RpcName, Supabase } from "../kit/client";
import { asCreditsError, CreditsError, type Refusal } from "../kit/errors";

/** What functions answer: a value, or what a function of the arguments gives or throws. */
export type Answers = {
  [Name in RpcName]?:
    | Returns<Name>
    | ((args: Args<Name>) => Returns<Name> | Promise<Returns<Name>>);
};

/** A call that came: the function's name and its arguments, or the edge's path and the body. */
export interface Call {
  name: string;
  args: unknown;
}

/** What a function that a test answers for throws to refuse. */
export function refusal(token: string, more: Omit<Refusal, "message"> = {}): CreditsError {
  return asCreditsError({ code: "22023", ...more, message: token });
}

/** What a function throws that gives no answer, as when the network is gone. */
export function lostAnswer(): CreditsError {
  return asCreditsError({});
}

/** A fake of what the kit uses of Supabase. A function without an answer is refused. */
export class FakeSupabase {
  /** The calls of functions, in their order. */
  readonly calls: Call[] = [];
  /** What gives up the calls that can be given up. */
  readonly signals: AbortSignal[] = [];
  #broadcast: Array<() => void> = [];
  #subscribed: Array<(status: string) => void> = [];

  /** What the functions answer; a test may change it later on. */
  readonly answers: Answers;

  constructor(answers: Answers = {}) {
    this.answers = { ...answers };
  }

  /** What a `CreditsProvider` takes. */
  get supabase(): Supabase {
    return this as unknown as Supabase;
  }

  /** The arguments of the calls of one function. */
  argsOf<Name extends RpcName>(name: Name): Args<Name>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.args as Args<Name>);
  }

  /** Whether somebody hears of the balance. */
  get isHeard(): boolean {
    return this.#broadcast.length > 0;
  }

  /** Tells who listens that the balance has moved. */
  broadcast(): void {
    for (const listener of this.#broadcast) {
      listener();
    }
  }

  /** The channel breaks, and is joined again. */
  join(): void {
    for (const tell of this.#subscribed) {
      tell("CHANNEL_ERROR");
      tell("SUBSCRIBED");
    }
  }

  readonly auth = {
    getSession: async () => ({ data: { session: { access_token: "token" } }, error: null }),
    onAuthStateChange: () => ({ data: { subscription: { unsubscribe: () => {} } } }),
    signOut: async () => ({ error: null }),
  };

  rpc(name: RpcName, args: unknown) {
    this.calls.push({ name, args });
    const answer = this.#answer(name, args);
    return Object.assign(answer, {
      abortSignal: (signal: AbortSignal) => {
        this.signals.push(signal);
        return answer;
      },
    });
  }

  channel() {
    const channel = {
      on: (_type: string, _filter: object, listener: () => void) => {
        this.#broadcast.push(listener);
        return channel;
      },
      subscribe: (tell: (status: string) => void) => {
        this.#subscribed.push(tell);
        tell("SUBSCRIBED");
        return channel;
      },
    };
    return channel;
  }

  async removeChannel() {
    this.#broadcast = [];
    this.#subscribed = [];
    return "ok";
  }

  async #answer(name: RpcName, args: unknown) {
    const answer = this.answers[name] as unknown;
    try {
      if (answer === undefined) {
        throw refusal("not_answered", { hint: `The test answers no ${name}.` });
      }
      return { data: typeof answer === "function" ? await answer(args) : answer, error: null };
    } catch (error) {
      const { status, ...refused } = asRefusal(error);
      return { data: null, error: refused, status };
    }
  }
}

/**
 * An edge in place of `fetch`, until `vi.unstubAllGlobals()`: it answers by path.
 *
 * @returns the calls that came.
 */
export function fakeEdge(answers: Record<string, object | (() => object)>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname } = new URL(url);
    calls.push({ name: pathname, args: JSON.parse(String(init.body)) as unknown });
    const answer = answers[pathname];
    try {
      return Response.json(typeof answer === "function" ? answer() : (answer ?? {}));
    } catch (error) {
      return Response.json(asRefusal(error), { status: asRefusal(error).status ?? 400 });
    }
  });
  return calls;
}

function asRefusal(error: unknown): Refusal {
  if (!(error instanceof CreditsError)) {
    throw error;
  }
  const { token, code, details, hint, status } = error;
  return { message: token, code, details: JSON.stringify(details), hint, status };
}
