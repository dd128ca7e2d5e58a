/** Calls about gifts, referral and codes that give credits. Errors: `CreditsError`. */
import type { AccountId, Caller, CreditsClient, Returns } from "../client";

/** A gift, sent or received; the amount in credits. */
export type Gift = Returns<"list_credit_gifts">[number];
/** One's referral code, and what it earned in credits. */
export type ReferralCode = Returns<"get_referral_code">;
/** What a code brought; where `ok` is false, `message` is a word that tells why. */
export type CodeAnswer = Returns<"redeem_credit_code">;

/** What is given to whom; `key` makes it happen once however often it is sent. */
export interface NewGift {
  recipientEmail: string;
  /** Credits, of those that were bought. */
  amount: number;
  /** At most 500 characters. */
  message: string | null;
  key: string;
}

/** Gifts, referral, codes that give credits. */
export const giftsService = {
  /** What one has sent and what is there for one, the newest first. */
  listGifts: (client: Caller): Promise<Gift[]> => client.rpc("list_credit_gifts", {}),

  /** Sends a gift from the personal account, once per key. */
  sendGift: (client: CreditsClient, gift: NewGift): Promise<Gift> =>
    client.keyed("send_credit_gift", {
      recipient_email: gift.recipientEmail,
      amount: gift.amount,
      message: gift.message,
      key: gift.key,
    }),

  /** Takes a gift that was sent to one. */
  acceptGift: (client: CreditsClient, giftId: string): Promise<Gift> =>
    client.rpc("accept_credit_gift", { gift_id: giftId }),

  /** Takes a gift back that nobody has accepted. */
  cancelGift: (client: CreditsClient, giftId: string): Promise<Gift> =>
    client.rpc("cancel_credit_gift", { gift_id: giftId }),

  /** One's own code, and what it earned. */
  getReferral: (client: Caller): Promise<ReferralCode> => client.rpc("get_referral_code", {}),

  /** Says who has referred the user. */
  claimReferral: (client: CreditsClient, code: string): Promise<CodeAnswer> =>
    client.rpc("claim_referral_code", { code }),

  /** Turns a code into credits. */
  redeemCode: (client: CreditsClient, accountId: AccountId, code: string): Promise<CodeAnswer> =>
    client.rpc("redeem_credit_code", { code, account_id: accountId }),
};
