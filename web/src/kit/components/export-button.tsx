import { useMutation } from "@tanstack/react-query";
import { explain } from "../errors";
import type { HistoryFilter } from "../hooks/use-transactions";
import { useCreditsClient } from "../provider";
import { saveFile } from "../save-file";
import { creditsService } from "../services/credits";
import { Button } from "../ui/button";

/** Saves the history of a time as CSV: all types and services of it, up to 100,000 lines. */
export function ExportButton({ times }: { times: Pick<HistoryFilter, "since" | "until"> }) {
  const { client, accountId } = useCreditsClient();
  const save = useMutation({
    mutationKey: ["credits"],
    mutationFn: async () => {
      const lines = await creditsService.exportTransactions(client, accountId, times);
      saveFile("credits.csv", "text/csv", lines);
    },
  });
  return (
    <div className="credits:flex credits:flex-wrap credits:items-center credits:gap-3">
      {save.error && (
        <span role="alert" className="credits:text-sm credits:text-bad">
          {explain(save.error)}
        </span>
      )}
      <Button isBusy={save.isPending} onClick={() => save.mutate()}>
        {times.since || times.until ? "Export all of these days as CSV" : "Export all as CSV"}
      </Button>
    </div>
  );
}
