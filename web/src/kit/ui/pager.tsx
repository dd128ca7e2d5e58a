import { Button } from "./button";

/** What `Pager` takes. */
export interface PagerProps {
  /** What is turned over, for those who do not see it: "Pages of transactions". */
  label: string;
  hasNewer: boolean;
  hasOlder: boolean;
  onNewer: () => void;
  onOlder: () => void;
}

/** Turns the pages of a list whose newest rows come first; nothing where there is only one. */
export function Pager({ label, hasNewer, hasOlder, onNewer, onOlder }: PagerProps) {
  if (!hasNewer && !hasOlder) {
    return null;
  }
  return (
    <nav
      aria-label={label}
      className="credits:mt-3 credits:flex credits:justify-between credits:gap-3"
    >
      <Button disabled={!hasNewer} onClick={onNewer}>
        Newer
      </Button>
      <Button disabled={!hasOlder} onClick={onOlder}>
        Older
      </Button>
    </nav>
  );
}
