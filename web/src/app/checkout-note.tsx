import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { recallCheckout } from "../kit/checkouts";
import { inCredits } from "../kit/format";
import { useOrders } from "../kit/hooks/use-orders";
import { useCreditsClient } from "../kit/provider";
import type { Order } from "../kit/services/billing";
import { Note } from "../kit/ui/notes";

const ASK_AGAIN_MS = 2_000;
const GIVE_UP_MS = 60_000;

/** What `CheckoutNote` takes. */
export interface CheckoutNoteProps {
  /** What the address says: `success` or `cancelled`. */
  outcome: string;
  /** The session at the payment provider, where the address has it. */
  sessionId: string | null;
  /** It is known what became of it: the address need not say it any more. */
  onDone?: () => void;
}

/**
 * What became of a checkout that the browser comes back from. Only the payment credits, so it asks
 * until its order is paid, for a minute at most.
 */
export function CheckoutNote({ outcome, sessionId, onDone }: CheckoutNoteProps) {
  const isLeft = outcome !== "success";
  useEffect(() => {
    if (isLeft) {
      onDone?.();
    }
  }, [isLeft, onDone]);
  if (isLeft) {
    return <Note>The checkout was left: nothing was bought, and nothing was charged.</Note>;
  }
  return <Arrival sessionId={sessionId} onDone={onDone} />;
}

function Arrival(props: { sessionId: string | null; onDone: (() => void) | undefined }) {
  const { sessionId, onDone } = props;
  const { accountId } = useCreditsClient();
  const [orderId] = useState(() => recallCheckout(sessionId));
  const order = useOrders().data?.find(({ id }) => id === orderId);
  const queries = useQueryClient();
  const [mayWait, setMayWait] = useState(true);
  const isDone = order !== undefined && order.status !== "open";
  const isWaiting = mayWait && !isDone;
  useEffect(() => {
    const timer = setTimeout(() => setMayWait(false), GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (!isWaiting) {
      return;
    }
    const queryKey = ["credits", accountId, "orders"];
    const timer = setInterval(
      () => void queries.invalidateQueries({ queryKey }, { cancelRefetch: false }),
      ASK_AGAIN_MS,
    );
    return () => clearInterval(timer);
  }, [isWaiting, queries, accountId]);
  useEffect(() => {
    if (isDone) {
      void queries.invalidateQueries({ queryKey: ["credits"] });
      onDone?.();
    }
  }, [isDone, queries, onDone]);
  if (order && isDone) {
    return <Outcome order={order} />;
  }
  return (
    <Note>
      {isWaiting
        ? "Thank you. The payment is being confirmed: the credits come in a moment."
        : "The payment is on its way: the credits come when it is confirmed. You need not wait here."}
    </Note>
  );
}

function Outcome({ order }: { order: Order }) {
  switch (order.status) {
    case "failed":
      return <Note tone="bad">The payment failed: nothing was bought.</Note>;
    case "expired":
      return (
        <Note>The checkout has ended unpaid: nothing was bought, and nothing was charged.</Note>
      );
    case "completed":
      return <Note tone="good">Thank you: your plan begins, and its credits come with it.</Note>;
    default:
      return (
        <Note tone="good">Thank you: {inCredits(order.credits + order.bonus_credits)} added.</Note>
      );
  }
}
