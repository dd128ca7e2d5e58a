import type { ReactNode } from "react";
import { Failure, Loading } from "./notes";
import { Stale } from "./stale";

/** What `Answer` takes: a height, or a place of its own shape, so that nothing jumps. */
export type AnswerProps<Data> = {
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  /** In one line: what is not up to date has no more than a sign. */
  compact?: boolean;
  /** Whether something else that it shows is still being loaded. */
  isWaiting?: boolean;
  children: (data: Data) => ReactNode;
} & (
  | {
      /** The height of what is loaded, such as "12rem". */
      height: string;
    }
  | {
      /** What holds its place where that is not a box of one height. */
      place: ReactNode;
    }
);

/** What a query brings: its place while it loads, what went wrong, or the data; or the last two. */
export function Answer<Data>(props: AnswerProps<Data>): ReactNode {
  const { query, compact = false, isWaiting = false, children } = props;
  const { data, error } = query;
  const retry = () => void query.refetch();
  if (data !== undefined && !isWaiting) {
    return (
      <>
        {Boolean(error) && <Stale error={error} onRetry={retry} compact={compact} />}
        {children(data)}
      </>
    );
  }
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  return "place" in props ? props.place : <Loading height={props.height} />;
}
