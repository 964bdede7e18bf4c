// What breaks next, over all accounts: each account's group, its time and its sentence. The words beside an account in the list:
// text/standing.
import { ended, lasts, needsYou } from "./needs";
import { endOf, isDead, standing, type Tone } from "../text/standing";
import { sentences } from "../text/errors";
import { day, moment, now, relative } from "../text/dates";
import type { AccountView, AppView } from "../shell/wire";
import { t } from "../text/words.svelte";

/** In the order of the screen. */
export const GROUPS = ["now", "login", "later", "itself", "endless", "paused"] as const;
export type Group = (typeof GROUPS)[number];

export interface Breaking {
  account: AccountView;
  group: Group;
  /** Sorts it within its group, in Unix seconds. */
  at: number;
  text: string;
  tone: Tone;
  life: number;
}

/** Seconds within which a date is shown with its time. */
const SOON = 172_800;
/** A login is shown as pressing this many seconds before its end, when the first notification comes. */
const PRESSING = 14 * 86_400;

/** When the user has to sign in although nothing is wrong. Only a login extends access to a Page's data, too. */
function loginBy(account: AccountView): number | null {
  const data = account.data_access_expires;
  if (account.needs_login || lasts(account)) return account.breaks ?? endOf(account);
  return account.renews_next === null ? data : null;
}

/** Whether its secrets can be read without asking the user. */
function open(account: AccountView, { store }: AppView): boolean {
  return account.store === "keychain" ? store.keychain === "ready" : store.kind !== "sealed-file" || store.state === "ready";
}

const at = (time: number) => (Math.abs(time - now()) < SOON ? moment(time) : day(time));

function why(account: AccountView): string {
  if (account.unstored) return t("next-unstored");
  if (isDead(account)) return t(account.trouble?.code === "interrupted" ? "state-interrupted" : "next-dead");
  const end = account.breaks ?? endOf(account);
  if (end !== null && end <= now()) return t("next-ended", { day: at(end) });
  return account.trouble ? sentences(account.trouble).what : "";
}

/** How it renews automatically: at a time, when it is used, or when storage is unlocked. */
function itself(account: AccountView, view: AppView): string {
  const next = account.renews_next;
  if (next === null) return t("state-renews");
  if (next > now()) return t(account.renews_on_demand ? "next-demand" : "next-itself", { day: at(next) });
  return t(open(account, view) ? "next-itself-now" : "next-itself-store");
}

export function breaking(account: AccountView, view: AppView): Breaking {
  const { life } = standing(account);
  const put = (group: Group, text: string, when: number | null, tone: Tone): Breaking => ({
    account,
    group,
    text,
    tone,
    at: when ?? Infinity,
    life,
  });
  const by = loginBy(account);
  if (account.standing.kind === "practice-over") return put("endless", t("state-practice-over"), null, "quiet");
  if (needsYou(account))
    return put(
      "now",
      why(account),
      isDead(account) ? 0 : (account.breaks ?? endOf(account)),
      isDead(account) || ended(account) ? "bad" : "warn",
    );
  if (account.paused) return put("paused", t("next-paused"), null, "quiet");
  if (by !== null) {
    const own = account.needs_login || account.renews_next !== null;
    return put("login", t(own ? "next-login" : "next-data", { day: at(by) }), by, by - now() < PRESSING ? "warn" : "good");
  }
  if (account.later !== null) {
    const { until, why } = account.later;
    return put("later", t("next-later", { when: relative(Math.max(until, now()), now()), why: sentences(why).what }), until, "warn");
  }
  if (account.renews_next !== null || account.renews_on_demand) return put("itself", itself(account, view), account.renews_next, "good");
  return put("endless", t(account.life_known ? "next-endless" : "next-unknown"), null, account.life_known ? "good" : "quiet");
}

/** Every account, in the order in which they break. */
export function whatBreaks(view: AppView): Breaking[] {
  const all = view.accounts.map((account) => breaking(account, view));
  return all.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || (a.at === b.at ? 0 : a.at - b.at));
}

/** Whether "Renew all now" renews it: it may be renewed, does not rotate, and has not expired. */
export function mayRenew(account: AccountView): boolean {
  const from = account.renews_from;
  return !account.practice_over && !account.renews_on_demand && from !== null && from <= now() && !ended(account);
}
