/** Which checkout this window has opened: the address it comes back to names no order. */
import type { Checkout } from "./services/credits";
import { keep, kept } from "./storage";

const KEY = "credits-checkout";

/** Keeps it while the window is away at the payment provider. */
export function rememberCheckout({ session_id, order_id }: Checkout): void {
  keep("session", KEY, JSON.stringify([session_id, order_id]));
}

/** The id of the order of a session, where this window has opened it. */
export function recallCheckout(sessionId: string | null): string | null {
  try {
    const [opened, orderId]: unknown[] = JSON.parse(kept("session", KEY) ?? "[]");
    return opened === sessionId && typeof orderId === "string" ? orderId : null;
  } catch {
    return null;
  }
}
