// How an account stands and its next date, in the stand-in. The app gets this from core, which decides it in core/src/view/standing.rs
// and next.rs.
import type { AccountView, AppView, Code, NextDate, Standing } from "../shell/wire";
import { providers } from "./platforms";

/** Codes after which only a login helps. */
const FINAL: readonly Code[] = ["token-dead"];

/** A token is running out in the last seventh of its life. */
const RUNNING_OUT = 7;

/** Troubles with a renewal alone: the current token works until its day. */
const LASTING: readonly Code[] = ["not-extended", "not-renewable"];

type Facts = Omit<AccountView, "standing" | "ends" | "next">;

const endOf = (account: Facts) => (account.renews_on_demand ? account.renews_until : account.expires);

/** When access to the person's data ends, if the account does not end before. */
function dataEnds(account: Facts): number | null {
  const end = endOf(account);
  const data = account.renews_next === null && !account.paused ? account.data_access_expires : null;
  return data !== null && (end === null || data < end) ? data : null;
}

function standingOf(account: Facts): Standing {
  const now = Math.floor(Date.now() / 1000);
  const end = endOf(account);
  const code = account.trouble?.code ?? null;
  const provider = providers.find(({ id }) => id === account.provider);
  if (account.practice_over) return { kind: "practice-over" };
  if (account.unstored) return { kind: "unstored" };
  if (account.paused) return { kind: "paused" };
  if (code === "interrupted") return { kind: "needs-login", why: "interrupted" };
  if ((end !== null && end <= now) || code === "token-expired") return { kind: "needs-login", why: "expired" };
  if (code !== null && FINAL.includes(code)) return { kind: "needs-login", why: "refused" };
  if (code === "secret-missing") return { kind: "missing-secret" };
  if (!account.life_known && !account.renews_on_demand) return { kind: "life-unknown" };
  if (account.verified === null && code !== null) return { kind: "unverified" };
  if (account.verified === null && provider?.can_verify) return { kind: "unchecked" };
  const data = dataEnds(account);
  if (data !== null) return { kind: "data-ends", at: data };
  if (end !== null && (!account.renews_on_demand || (end - now) * RUNNING_OUT < end - account.issued)) return { kind: "ends", at: end };
  return { kind: account.renews_on_demand ? "renews-on-demand" : "endless" };
}

function nextOf(account: Facts, standing: Standing): NextDate | null {
  if (["practice-over", "paused", "needs-login", "missing-secret"].includes(standing.kind)) return null;
  const on = (kind: NextDate["kind"], at: number | null) => (at === null ? null : { kind, at });
  const end = endOf(account);
  const known = account.life_known || account.renews_on_demand;
  const code = account.trouble?.code;
  const data = dataEnds(account);
  if (data !== null) return on("data", data);
  if (account.needs_login || (code !== undefined && LASTING.includes(code))) return on("login", account.breaks ?? end);
  return on("renews", account.renews_next) ?? on(known ? "ends" : "assumed", end);
}

/** What core decides of an account. */
export function decided(account: Facts): Pick<AccountView, "standing" | "ends" | "next"> {
  const standing = standingOf(account);
  return { standing, ends: endOf(account), next: nextOf(account, standing) };
}

/** The view with every account's standing as it is now. */
export function withStandings(view: AppView): AppView {
  for (const account of view.accounts) Object.assign(account, decided(account));
  return view;
}
