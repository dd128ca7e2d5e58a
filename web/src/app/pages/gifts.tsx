import { GiftForm, GiftList, RedeemCode, Referral } from "../../kit";
import { Page } from "../page";
import { forgetReferral, keptReferral } from "../referred";

/** Credits to friends and from friends, and codes that give some. */
export function Gifts() {
  return (
    <Page title="Gifts">
      <div className="credits:grid credits:items-start credits:gap-5 credits:md:grid-cols-2">
        <div className="credits:flex credits:flex-col credits:gap-5">
          <GiftForm />
          <GiftList />
        </div>
        <div className="credits:flex credits:flex-col credits:gap-5">
          <Referral code={keptReferral()} onClaim={forgetReferral} />
          <RedeemCode />
        </div>
      </div>
    </Page>
  );
}
