import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { render, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider, useLocation } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase } from "../test/fake-supabase";
import { pass } from "../test/time";
import { AccountProvider } from "./account";
import { SessionProvider } from "./session";
import { Shell } from "./shell";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  Element.prototype.scrollIntoView = () => {}; // jsdom lays nothing out
});

function Here() {
  const { pathname, state } = useLocation();
  return <p>{`${pathname} ${JSON.stringify(state)}`}</p>;
}

/** Opens an address: as a visitor, as somebody who is signed in, or before that is known. */
function visit(
  address: string | { pathname: string; state: object },
  session: Session | null | "unknown" = null,
) {
  const fake = new FakeSupabase();
  const auth = {
    ...fake.auth,
    onAuthStateChange: (listener: (event: string, session: Session | null) => void) => {
      if (session !== "unknown") {
        listener("INITIAL_SESSION", session);
      }
      return { data: { subscription: { unsubscribe: () => {} } } };
    },
  };
  const routes = [{ path: "/", Component: Shell, children: [{ path: "*", Component: Here }] }];
  render(
    <SessionProvider
      config={{ supabaseUrl: "", anonKey: "" }}
      supabase={Object.assign(fake, { auth }) as unknown as SupabaseClient}
    >
      <AccountProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: [address] })} />
      </AccountProvider>
    </SessionProvider>,
  );
}

test("a visitor signs in first, and it is noted where they wanted to go", async () => {
  visit("/buy?package=small");
  expect(await screen.findByText('/sign-in {"to":"/buy?package=small"}')).toBeVisible();
});

test.each(["/pricing", "/pricing/", "/sign-in"])("%s is open to visitors", async (address) => {
  visit(address);
  expect(await screen.findByText(`${address} null`)).toBeVisible();
});

const SIGNED = { user: { id: "ada", app_metadata: {} } } as unknown as Session;

test.each(["/sign-in", "/sign-up"])("who is signed in already is led on from %s", async (from) => {
  visit({ pathname: from, state: { to: "/buy" } }, SIGNED);
  expect(await screen.findByText("/buy null")).toBeVisible();
});

afterEach(() => vi.useRealTimers());

test("where no server says who is signed in, the page says that after a time", async () => {
  vi.useFakeTimers();
  visit("/", "unknown");
  expect(screen.getByRole("status", { name: "Starting" })).toBeVisible();
  await pass(5_000);
  expect(screen.getByText(/^No answer comes yet/)).toBeVisible();
});
