// How an account stands, in one line and one colour: for the list, its ring and the pill. Not for the drawing itself.
import type { AccountView } from "./wire";
import { now, share } from "./when";
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

export function standing(account: AccountView): Standing {
  const life = account.expires === null ? 1 : share(account.issued, account.expires, now());
  if (account.practice_over) return { text: t("state-practice-over"), tone: "quiet", life: 0 };
  if (account.unstored) return { text: t("state-unstored"), tone: "warn", life };
  if (account.expires !== null && life === 0) return { text: t("state-expired"), tone: "bad", life };
  if (account.trouble?.code === "token-dead") return { text: t("state-dead"), tone: "bad", life: 0 };
  if (!account.life_known) return { text: t("state-life-unknown"), tone: "quiet", life };
  if (account.verified === null) return { text: t("state-unverified"), tone: "warn", life };
  if (account.expires === null) return { text: t("state-no-expiry"), tone: "good", life };
  return { text: left(account.expires - now()), tone: life < SHORT ? "warn" : "good", life };
}

/** What is left of a token, in whole units that never promise too much. */
export function left(seconds: number): string {
  if (seconds < 3600) return t("state-minutes", { minutes: Math.max(1, Math.ceil(seconds / 60)) });
  if (seconds < 2 * 86_400) return t("state-hours", { hours: Math.floor(seconds / 3600) });
  return t("state-days", { days: Math.floor(seconds / 86_400) });
}
