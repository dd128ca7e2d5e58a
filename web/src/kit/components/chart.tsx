import { lazy, type ReactNode, Suspense } from "react";
import { Empty, Loading } from "../ui/notes";
import type { StackedBarsProps } from "./stacked-bars";
import { IN_UTC } from "./usage-labels";

const StackedBars = lazy(() =>
  import("./stacked-bars").then(
    ({ StackedBars: Bars }) => ({ default: Bars }),
    () => ({ default: NoBars }), // not to be had any more: the table says it all
  ),
);

/** What `Chart` takes: the bars, and the same as a table. */
export interface ChartProps extends StackedBarsProps {
  children: ReactNode;
}

/** Bars for who sees them, and a table for everybody. */
export function Chart({ children, ...bars }: ChartProps) {
  return (
    <>
      <div aria-hidden="true">
        <Suspense fallback={<Loading height="16rem" />}>
          <StackedBars {...bars} />
        </Suspense>
      </div>
      <p className="credits:text-xs credits:text-muted">{IN_UTC}</p>
      <details className="credits:text-sm">
        <summary className="credits:inline-flex credits:min-h-11 credits:cursor-pointer credits:items-center credits:text-accent">
          As a table
        </summary>
        {children}
      </details>
    </>
  );
}

function NoBars() {
  return <Empty>The chart could not be loaded.</Empty>;
}
