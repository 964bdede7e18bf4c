// How an account stands, in the stand-in. The app gets this from core, which decides it in core/src/view/standing.rs.
import type { AccountView, AppView, Code, Standing } from "../shell/wire";
import { providers } from "./platforms";

/** Codes after which only a login helps. */
const FINAL: readonly Code[] = ["token-dead"];

/** A token is running out in the last seventh of its life. */
const RUNNING_OUT = 7;

export function standingOf(account: Omit<AccountView, "standing">): Standing {
  const now = Math.floor(Date.now() / 1000);
  const end = account.renews_on_demand ? account.renews_until : account.expires;
  const code = account.trouble?.code ?? null;
  const provider = providers.find(({ id }) => id === account.provider);
  if (account.practice_over) return { kind: "practice-over" };
  if (account.unstored) return { kind: "unstored" };
  if (account.paused) return { kind: "paused" };
  if (code === "interrupted") return { kind: "needs-login", why: "interrupted" };
  if ((end !== null && end <= now) || code === "token-expired") return { kind: "needs-login", why: "expired" };
  if (code !== null && FINAL.includes(code)) return { kind: "needs-login", why: "refused" };
  if (code === "secret-missing") return { kind: "missing-secret" };
  if (!account.life_known) return { kind: "life-unknown" };
  if (account.verified === null && code !== null) return { kind: "unverified" };
  if (account.verified === null && provider?.can_verify) return { kind: "unchecked" };
  const data = account.renews_next === null && !account.paused ? account.data_access_expires : null;
  if (data !== null && (end === null || data < end)) return { kind: "data-ends", at: data };
  if (end !== null && (!account.renews_on_demand || (end - now) * RUNNING_OUT < end - account.issued)) return { kind: "ends", at: end };
  return { kind: account.renews_on_demand ? "renews-on-demand" : "endless" };
}

/** The view with every account's standing as it is now. */
export function withStandings(view: AppView): AppView {
  for (const account of view.accounts) account.standing = standingOf(account);
  return view;
}
