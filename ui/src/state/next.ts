// What breaks next, over all accounts: each account's group, its time and its sentence. The words beside an account in the list:
// text/standing.
import { ended, isStuck, tokenNeedsYou } from "./needs";
import { isDead, standing, type Tone } from "../text/standing";
import { sentences } from "../text/errors";
import { day, moment, now, relative } from "../text/dates";
import type { AccountView, AppView, DeliveryView, NextKind } from "../shell/wire";
import { t } from "../text/words.svelte";

/** In the order of the screen. */
export const GROUPS = ["now", "sync", "login", "later", "itself", "endless", "paused"] as const;
export type Group = (typeof GROUPS)[number];

export interface Breaking {
  account: AccountView;
  /** The delivery that failed, if it is about one. */
  delivery?: DeliveryView;
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

/** What is said of a date that only a login changes. */
const BY_LOGIN: Partial<Record<NextKind, string>> = { login: "next-login", data: "next-data", assumed: "life-assumed" };

/** Whether its secrets can be read without asking the user. */
function open(account: AccountView, { store }: AppView): boolean {
  return account.store === "keychain" ? store.keychain === "ready" : store.kind !== "sealed-file" || store.state === "ready";
}

const at = (time: number) => (Math.abs(time - now()) < SOON ? moment(time) : day(time));

function why(account: AccountView): string {
  if (account.unstored) return t("next-unstored");
  if (isDead(account)) return t(account.trouble?.code === "interrupted" ? "state-interrupted" : "next-dead");
  const { standing } = account;
  if (standing.kind === "data-ends") return t("next-data-over", { day: at(standing.at) });
  const end = account.breaks ?? account.ends;
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
  const { next } = account;
  if (account.standing.kind === "practice-over") return put("endless", t("state-practice-over"), null, "quiet");
  if (tokenNeedsYou(account))
    return put(
      "now",
      why(account),
      isDead(account) ? 0 : (account.breaks ?? account.ends),
      isDead(account) || ended(account) ? "bad" : "warn",
    );
  if (account.on_hold) return put("endless", t("state-on-hold"), null, "quiet");
  if (account.paused) return put("paused", t("next-paused"), null, "quiet");
  const message = next === null ? undefined : BY_LOGIN[next.kind];
  if (next !== null && message !== undefined)
    return put("login", t(message, { day: at(next.at) }), next.at, next.at - now() < PRESSING ? "warn" : "good");
  if (account.later !== null) {
    const { until, why } = account.later;
    return put("later", t("next-later", { when: relative(Math.max(until, now()), now()), why: sentences(why).what }), until, "warn");
  }
  if (account.renews_next !== null || account.renews_on_demand) return put("itself", itself(account, view), account.renews_next, "good");
  return put("endless", t(account.life_known ? "next-endless" : "next-unknown"), null, account.life_known ? "good" : "quiet");
}

/** A delivery that did not arrive: tried again by itself, or not before the person has changed something. */
function failing(account: AccountView, delivery: DeliveryView, view: AppView): Breaking | null {
  if (!delivery.confirmed || delivery.later === null || account.practice_over || account.paused) return null;
  const { until, why } = delivery.later;
  const { life } = breaking(account, view);
  return { account, delivery, group: "sync", at: until, text: sentences(why).what, tone: isStuck(delivery) ? "bad" : "warn", life };
}

/** Every account and every delivery that failed, in the order in which they break. */
export function whatBreaks(view: AppView): Breaking[] {
  const accounts = view.accounts.map((account) => breaking(account, view));
  const deliveries = view.deliveries.flatMap((delivery) => {
    const account = view.accounts.find(({ id }) => id === delivery.account);
    return (account && failing(account, delivery, view)) ?? [];
  });
  const all = [...accounts, ...deliveries];
  return all.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || (a.at === b.at ? 0 : a.at - b.at));
}

/** Whether "Renew all now" renews it: it may be renewed, does not rotate, and has not expired. */
export function mayRenew(account: AccountView): boolean {
  const from = account.renews_from;
  return !account.practice_over && !account.renews_on_demand && from !== null && from <= now() && !ended(account);
}
