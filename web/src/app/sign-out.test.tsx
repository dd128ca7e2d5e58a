import type { SupabaseClient } from "@supabase/supabase-js";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { FakeSupabase } from "../test/fake-supabase";
import { SessionProvider } from "./session";
import { SignOut } from "./sign-out";

function show(error: { message: string } | null) {
  const signOut = vi.fn(async (_: object) => ({ error }));
  const fake = new FakeSupabase();
  const auth = { ...fake.auth, signOut };
  const onDone = vi.fn();
  render(
    <SessionProvider
      config={{ supabaseUrl: "", anonKey: "" }}
      supabase={Object.assign(fake, { auth }) as unknown as SupabaseClient}
    >
      <SignOut onDone={onDone} />
    </SessionProvider>,
  );
  return { signOut, onDone };
}

test("signing out leaves the other devices signed in", async () => {
  const { signOut, onDone } = show(null);
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(signOut).toHaveBeenCalledExactlyOnceWith({ scope: "local" });
  expect(onDone).toHaveBeenCalledOnce();
});

test("a sign-out that fails says that one is still signed in", async () => {
  const { onDone } = show({ message: "Failed to fetch" });
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("still signed in: Failed to fetch");
  expect(onDone).not.toHaveBeenCalled();
});
