import { useLocation } from "react-router";

/**
 * Where somebody wanted to go before signing in, as the pages noted it in the history's state: no
 * address can say it. The start where that is unknown.
 */
export function useWantedPlace(): string {
  const { state } = useLocation();
  const to: unknown = state instanceof Object && "to" in state ? state.to : null;
  return typeof to === "string" ? to : "/";
}
