import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { FakeSupabase } from "../../test/fake-supabase";
import { CreditsProvider } from "../provider";
import { useIntentKey } from "./use-intent-key";

const { supabase } = new FakeSupabase();

function Kit({ children }: { children: ReactNode }) {
  return <CreditsProvider supabase={supabase}>{children}</CreditsProvider>;
}

function useForms() {
  return {
    gift: useIntentKey("gift"),
    openedAnew: useIntentKey("gift"),
    another: useIntentKey("cancel"),
  };
}

const forms = () => renderHook(useForms, { wrapper: Kit }).result.current;

test("the same contents are one intent until they are done, also in a form that is opened anew", () => {
  const { gift, openedAnew } = forms();
  const key = gift.of({ amount: 1 });
  expect(openedAnew.of({ amount: 1 })).toBe(key);
  expect(gift.of({ amount: 2 })).not.toBe(key);
  gift.done({ amount: 1 });
  expect(openedAnew.of({ amount: 1 })).not.toBe(key);
});

test("two acts with the same contents are two intents", () => {
  const { gift, another } = forms();
  expect(gift.of({ amount: 1 })).not.toBe(another.of({ amount: 1 }));
});
