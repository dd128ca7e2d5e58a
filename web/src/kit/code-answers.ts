/** What a code brought where it brought nothing: words for the answers that are no errors. */

const ANSWERS: Readonly<Record<string, string>> = {
  promotion_code_invalid: "This code is unknown, has ended, or is used up.",
  enter_code_at_purchase: "This code takes something off a purchase: enter it when you buy.",
  referral_code_invalid: "This is no friend's code.",
  already_referred: "Somebody has referred you before.",
  already_purchased: "You have bought something before: referral is for newcomers.",
  referral_cycle: "You brought this person here yourself.",
};

/** The sentence for a `message` of an answer; "" where there is none. */
export function answerInWords(message: string | null): string {
  return message === null ? "" : (ANSWERS[message] ?? "This code cannot be used.");
}
