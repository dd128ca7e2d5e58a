import type { ReactNode } from "react";

/** Names and what they are, two or more side by side as far as there is room; null is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="credits:grid credits:grid-cols-[repeat(auto-fill,minmax(min(10rem,calc(50%-0.5rem)),1fr))] credits:gap-x-4 credits:gap-y-3 credits:text-sm">
      {facts
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="credits:min-w-0">
            <dt className="credits:text-xs credits:text-muted">{name}</dt>
            <dd className="credits:wrap-anywhere credits:tabular-nums">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
