/** Renders a part of the kit for a test, over a fake of Supabase. */
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { CreditsProvider } from "../kit/provider";
import { type Answers, FakeSupabase } from "./fake-supabase";

/** Where the fake edge is. */
export const EDGE = "https://edge.test";

/**
 * Renders it for a signed-in user.
 *
 * @param answers what functions answer; a test may change `fake.answers` later on.
 * @param accountId of the team that it is about; null for the user's own account.
 */
export function renderKit(ui: ReactNode, answers: Answers = {}, accountId: string | null = null) {
  const fake = new FakeSupabase(answers);
  const inKit = (part: ReactNode) => (
    <CreditsProvider supabase={fake.supabase} edgeUrl={EDGE} accountId={accountId}>
      {part}
    </CreditsProvider>
  );
  const { container, unmount, rerender } = render(inKit(ui));
  return { fake, container, unmount, rerender: (part: ReactNode) => rerender(inKit(part)) };
}
