import { useIsFetching } from "@tanstack/react-query";

/** Says once, whatever is awaited, that something is loaded: to those who do not see its place. */
export function LoadingStatus() {
  const awaited = useIsFetching({
    predicate: ({ queryKey: [first], observers }) =>
      String(first).startsWith("credits") &&
      observers.some((observer) => observer.getCurrentResult().isLoading),
  });
  return (
    <span aria-live="polite" className="credits:sr-only">
      {awaited > 0 && "Loading"}
    </span>
  );
}
