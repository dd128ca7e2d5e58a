import type { Pages } from "../../hooks/admin/use-pages";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/notes";

/** Below a list: reads its next page, while there is one. */
export function More({ pages }: { pages: Pages<unknown> }) {
  if (!pages.hasMore) {
    return null;
  }
  return (
    <div className="credits:mt-3 credits:flex credits:flex-col credits:items-center credits:gap-3">
      {pages.error !== null && <Failure error={pages.error} />}
      <Button isBusy={pages.isLoadingMore} onClick={pages.showMore}>
        Show more
      </Button>
    </div>
  );
}
