// How an account stands, in one line and one colour: for the list, its ring and the pill. Not for the drawing itself.
import type { AccountView, ProviderView } from "../shell/wire";
import { now, share } from "./dates";
import { t } from "./words.svelte";

export type Tone = "good" | "warn" | "bad" | "quiet";

export interface Standing {
  text: string;
  tone: Tone;
  /** What is left of its life, 0 to 1; 1 where it has no end. */
  life: number;
}

/** A token is drawn as running out in its last seventh: a week of sixty days, a day of one. */
const SHORT = 1 / 7;

/** When it is over for good; none where it is not. What renews whenever it is wanted outlives its token of now. */
export function endOf(account: AccountView): number | null {
  return account.renews_on_demand ? account.renews_until : account.expires;
}

/** Only a new login helps. */
export function isDead(account: AccountView): boolean {
  return account.trouble?.code === "token-dead" || account.trouble?.code === "interrupted";
}

export function standing(account: AccountView, provider: ProviderView | undefined): Standing {
  const end = endOf(account);
  const life = end === null ? 1 : share(account.issued, end, now());
  if (account.practice_over) return { text: t("state-practice-over"), tone: "quiet", life: 0 };
  if (account.unstored) return { text: t("state-unstored"), tone: "warn", life };
  if (account.paused) return { text: t("state-paused"), tone: "quiet", life };
  if (account.trouble?.code === "interrupted") return { text: t("state-interrupted"), tone: "bad", life: 0 };
  if (end !== null && life === 0) return { text: t("state-expired"), tone: "bad", life };
  if (isDead(account)) return { text: t("state-dead"), tone: "bad", life: 0 };
  if (!account.life_known) return { text: t("state-life-unknown"), tone: "quiet", life };
  if (account.verified === null && account.trouble) return { text: t("state-unverified"), tone: "warn", life };
  if (account.verified === null && provider?.can_verify) return { text: t("state-unchecked"), tone: "quiet", life };
  if (account.renews_on_demand && life >= SHORT) return { text: t("state-renews"), tone: "good", life };
  if (end === null) return { text: t("state-no-expiry"), tone: "good", life };
  return { text: left(end - now()), tone: life < SHORT ? "warn" : "good", life };
}

/** What is left of a token, in whole units that never promise too much. */
export function left(seconds: number): string {
  if (seconds < 3600) return t("state-minutes", { minutes: Math.max(1, Math.ceil(seconds / 60)) });
  if (seconds < 2 * 86_400) return t("state-hours", { hours: Math.floor(seconds / 3600) });
  return t("state-days", { days: Math.floor(seconds / 86_400) });
}
