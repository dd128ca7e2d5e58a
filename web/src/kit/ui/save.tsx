import type { UseMutationResult } from "@tanstack/react-query";
import { Button } from "./button";
import { Failure, Note } from "./notes";

/** What `Save` takes: the write that the form makes. */
export interface SaveProps {
  write: Pick<UseMutationResult<unknown>, "error" | "isPending" | "isSuccess">;
}

/** The end of a form of settings: its button, and what came of it. */
export function Save({ write }: SaveProps) {
  return (
    <>
      {write.error && <Failure error={write.error} />}
      <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-3">
        <Button type="submit" isBusy={write.isPending}>
          Save
        </Button>
        {write.isSuccess && <Note tone="good">Saved.</Note>}
      </div>
    </>
  );
}
