// An account's state in words, with a colour and what is left of its life. Core decides it; this only translates.
import type { AccountView, Code } from "../shell/wire";
import { now, share, shortDay } from "./dates";
import { t } from "./words.svelte";

export type Tone = "good" | "warn" | "bad" | "quiet";

export interface StandingText {
  text: string;
  tone: Tone;
  /** What is left of its life, from 0 to 1; 1 if it has no end. */
  life: number;
}

/** A token is shown as running out in its last seventh: a week of sixty days. */
const SHORT = 1 / 7;

/** The platform no longer accepts the token: only a new login helps. */
export function isDead({ standing }: AccountView): boolean {
  return standing.kind === "needs-login" && standing.why !== "expired";
}

/** Troubles with a renewal alone: the current token works until its day. */
const LASTING: readonly (Code | undefined)[] = ["not-extended", "not-renewable"];

/** Only its renewal is in trouble: until its day the token works. */
export function lasts(account: AccountView): boolean {
  return LASTING.includes(account.trouble?.code);
}

/** Nobody has said when it ends for good: its provider's file assumes a day. */
export function isAssumed(account: AccountView): boolean {
  return account.ends !== null && !account.life_known && !account.renews_on_demand;
}

export function standing(account: AccountView): StandingText {
  const end = account.ends;
  const life = end === null ? 1 : share(account.issued, end, now());
  const as = (tone: Tone, message: string, left = life): StandingText => ({ text: t(`state-${message}`), tone, life: left });
  const stands = account.standing;
  switch (stands.kind) {
    case "practice-over":
      return as("quiet", "practice-over", 0);
    case "unstored":
      return as("warn", "unstored");
    case "paused":
      return as("quiet", account.on_hold ? "on-hold" : "paused");
    case "needs-login":
      return as("bad", { interrupted: "interrupted", expired: "expired", refused: "dead" }[stands.why], 0);
    case "missing-secret":
      return as("bad", "missing-secret", 0);
    case "life-unknown":
      return { text: renewal(account) || unsaid(account), tone: "quiet", life };
    case "unverified":
      return as("warn", "unverified");
    case "unchecked":
      return as("quiet", "unchecked");
    case "renews-on-demand":
      return as("good", "renews");
    case "endless":
      return as("good", "no-expiry");
    case "ends":
      // The view may be older than the end.
      if (stands.at <= now()) return as("bad", "expired", 0);
      return { text: ahead(account, stands.at), tone: life < SHORT ? "warn" : "good", life };
    case "data-ends": {
      if (stands.at <= now()) return as("bad", "data-over", 0);
      const data = share(account.issued, stands.at, now());
      return { text: t("state-data", { day: shortDay(stands.at) }), tone: data < SHORT ? "warn" : "good", life: data };
    }
  }
}

/** When it renews by itself, if that is known. */
function renewal({ next }: AccountView): string {
  return next?.kind === "renews" && next.at > now() ? t("state-renews-day", { day: shortDay(next.at) }) : "";
}

/** The date of a token whose end the platform has not said. */
function unsaid({ next, ends }: AccountView): string {
  if (next?.kind === "data") return t("state-data", { day: shortDay(next.at) });
  return ends === null ? t("state-life-unknown") : t("state-assumed", { day: shortDay(ends) });
}

/** The next date of a token that ends: when it renews by itself, or how long it still works. */
function ahead(account: AccountView, end: number): string {
  const { next } = account;
  return renewal(account) || left((next !== null && next.kind !== "renews" ? next.at : end) - now());
}

/** What is left of a token, in whole units that never promise too much. */
export function left(seconds: number): string {
  if (seconds < 3600) return t("state-minutes", { minutes: Math.max(1, Math.ceil(seconds / 60)) });
  if (seconds < 2 * 86_400) return t("state-hours", { hours: Math.floor(seconds / 3600) });
  return t("state-days", { days: Math.floor(seconds / 86_400) });
}
