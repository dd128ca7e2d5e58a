import type { ReactNode } from "react";
import { Loading } from "./notes";

/** What `Together` takes. */
export interface TogetherProps {
  /** What the parts ask. */
  queries: readonly { isPending: boolean }[];
  /** About the height of all parts, such as "40rem". */
  height: string;
  children: ReactNode;
}

/** Parts below one another, of heights nobody knows: they come at once, so that none moves the next. */
export function Together({ queries, height, children }: TogetherProps): ReactNode {
  return queries.some((query) => query.isPending) ? <Loading height={height} /> : children;
}
