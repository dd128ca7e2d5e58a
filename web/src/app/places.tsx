import { type ReactNode, useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";

/** A page to go to: its path and its name. */
export type Place = readonly [path: string, name: string];

/** Where visitors may go. */
export const OPEN_PLACES: readonly Place[] = [
  ["/pricing", "Pricing"],
  ["/sign-in", "Sign in"],
  ["/sign-up", "Sign up"],
];

/** Where everybody who is signed in may go. */
export const PLACES: readonly Place[] = [
  ["/", "Billing"],
  ["/buy", "Buy"],
  ["/pricing", "Pricing"],
  ["/history", "History"],
  ["/usage", "Usage guide"],
  ["/disputes", "Disputes"],
  ["/teams", "Teams"],
  ["/gifts", "Gifts"],
];

/** Where administrators may go, besides. */
export const ADMIN_PLACES: readonly Place[] = [
  ["/admin", "Analytics"],
  ["/admin/accounts", "Accounts"],
  ["/admin/disputes", "Dispute queue"],
  ["/admin/acts", "Waiting acts"],
  ["/admin/promotions", "Promotions"],
  ["/admin/catalog", "Catalog"],
  ["/admin/audit", "Audit"],
];

const LOOK =
  "credits:inline-flex credits:min-h-11 credits:items-center credits:rounded-lg credits:px-3 credits:text-sm credits:whitespace-nowrap credits:text-muted credits:hover:bg-sunken credits:aria-[current=page]:bg-accent-soft credits:aria-[current=page]:text-accent credits:forced-colors:aria-[current=page]:border-2";

/** Links to pages, in one row; the one of this page is always in sight. */
export function Places({ label, places }: { label: string; places: readonly Place[] }): ReactNode {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path says which link is current.
  useEffect(() => {
    const here = row.current?.querySelector("[aria-current=page]");
    here?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return (
    <nav ref={row} aria-label={label} className="credits:w-full credits:overflow-x-auto">
      <ul className="credits:flex credits:gap-1">
        {places.map(([to, name]) => (
          <li key={to}>
            <NavLink to={to} end={isRoot(to, places)} className={LOOK}>
              {name}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Whether other pages of the row are below it: then it is not current on theirs. */
function isRoot(path: string, places: readonly Place[]): boolean {
  return places.some(([other]) => other !== path && other.startsWith(path));
}
