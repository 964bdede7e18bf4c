// Whether an account needs the user now. The order of all accounts: state/next.
import { isDead, lasts } from "../text/standing";
import { now } from "../text/dates";
import { PASSING, type AccountView, type AppView, type DeliveryView } from "../shell/wire";

/** It may pass by itself: nothing to press. */
export function passes(account: AccountView): boolean {
  return account.trouble !== null && PASSING.includes(account.trouble.code);
}

/** Its end has come, and no renewal was in time. */
export function ended(account: AccountView): boolean {
  const end = account.breaks ?? account.ends;
  return end !== null && end <= now();
}

/** Nothing goes on before the person has done something with its token. */
export function tokenNeedsYou(account: AccountView): boolean {
  if (account.practice_over || (account.paused && !account.unstored)) return false;
  const pressing = account.trouble !== null && !passes(account) && !lasts(account);
  return account.unstored || isDead(account) || pressing || ended(account);
}

/** A delivery that did not arrive and will not by itself: the person has to change something. */
export function isStuck(delivery: DeliveryView): boolean {
  return delivery.confirmed && delivery.later !== null && !PASSING.includes(delivery.later.why.code);
}

/** The token, or one of its deliveries, waits for the person. */
export function needsYou(account: AccountView, view: AppView): boolean {
  // What another computer renews is synced from there.
  const syncs = !account.paused && view.deliveries.some((one) => one.account === account.id && isStuck(one));
  return tokenNeedsYou(account) || syncs;
}
