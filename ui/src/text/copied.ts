// What a toast says of a copied token: whose it is, and until when it works.
import { day, moment, now } from "./dates";
import type { AccountView, ProviderView } from "../shell/wire";
import { say } from "./credential";
import { t } from "./words.svelte";

/** Seconds within which the text gives the time of the end. */
const SOON = 172_800;

export function copied(account: AccountView, provider?: ProviderView, secret = false): string {
  const { name, expires } = account;
  if (secret) return t("token-copied-secret", { name });
  if (expires !== null && expires > now())
    return t(account.life_known ? "token-copied-until" : "token-copied-assumed", {
      name,
      day: expires - now() < SOON ? moment(expires) : day(expires),
    });
  return say(account.standing.kind === "endless" ? "token-copied-endless" : "token-copied", provider, { name });
}
