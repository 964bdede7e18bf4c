// The outlook of a new token in a sentence: until when it works, and what renews it. Its present state: standing.ts.
import { day, moment, now } from "./dates";
import { isAssumed } from "./standing";
import type { AccountView, ProviderView } from "../shell/wire";
import { t } from "./words.svelte";

/** Nearer than this, a date is shown with its time. */
const SOON = 2 * 86_400;

export interface Outlook {
  text: string;
  /** It is renewed without anybody, while Keybearer runs. */
  runs: boolean;
}

/** What a new token comes to; of an assumed end it says so. */
export function outlook(account: AccountView, provider?: ProviderView): Outlook {
  const say = (at: number) => (at - now() < SOON ? moment(at) : day(at));
  const end = account.ends;
  const next = account.renews_next;
  const as = (id: string, args = {}, runs = false) => ({ text: t(`outlook-${id}`, args), runs });
  if (account.renews_on_demand) return end === null ? as("demand") : as("demand-until", { day: day(end) }, next !== null);
  if (!account.life_known && end === null) return as("unknown");
  if (end === null && provider?.gives_password) return as("endless.password");
  if (end === null) return account.data_access_expires === null ? as("endless") : as("data", { day: day(account.data_access_expires) });
  const dates = { end: say(end), next: next === null ? "" : say(next), assumed: String(isAssumed(account)) };
  if (next !== null) return as("renews", dates, true);
  return as(account.renews_from === null ? "login" : "by-hand", dates);
}
