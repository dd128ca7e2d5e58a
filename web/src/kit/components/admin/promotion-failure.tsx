import { CreditsError } from "../../errors";
import { Failure, Note } from "../../ui/notes";

/** Why a promotion was not created: the database names what is wrong with it. */
export function PromotionFailure({ error }: { error: unknown }) {
  if (error instanceof CreditsError && typeof error.details.problem === "string") {
    return <Note tone="bad">This promotion cannot be: {error.details.problem}.</Note>;
  }
  return (
    <>
      <Failure error={error} />
      {error instanceof CreditsError && error.isLost && (
        <Note tone="warn">It may have been created: look whether it is among the promotions.</Note>
      )}
    </>
  );
}
