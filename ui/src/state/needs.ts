// Whether an account needs the user now. The order of all accounts: state/next.
import { endOf, isDead } from "../text/standing";
import { now } from "../text/dates";
import { PASSING, type AccountView, type Code } from "../shell/wire";

/** Troubles with a renewal: the token of now goes on until its day. */
const LASTING: readonly (Code | undefined)[] = ["not-extended", "not-renewable"];

/** It may pass by itself: nothing to press. */
export function passes(account: AccountView): boolean {
  return account.trouble !== null && PASSING.includes(account.trouble.code);
}

/** Its end has come, and no renewal was in time. */
export function ended(account: AccountView): boolean {
  const end = account.breaks ?? endOf(account);
  return end !== null && end <= now();
}

/** Nothing goes on before the person has done something. */
export function needsYou(account: AccountView): boolean {
  if (account.practice_over || (account.paused && !account.unstored)) return false;
  const pressing = account.trouble !== null && !passes(account) && !lasts(account);
  return account.unstored || isDead(account) || pressing || ended(account);
}

/** The trouble is with renewing alone: until its day the token works. */
export function lasts(account: AccountView): boolean {
  return LASTING.includes(account.trouble?.code);
}
