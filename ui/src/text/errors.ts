// What an error says to a person, and which button helps. The words are in the locales, by code. Not for catching errors.
import type { ErrorView } from "../shell/wire";
import { has, pick, t, type Args } from "./words.svelte";

/** Parameters that a code may lack; the sentences then take their `none` variant. */
const OPTIONAL = ["owner", "seconds", "status"];
const NUMBERS = ["seconds", "minutes"];

/** What happened, what it means, what to press: in the platform's own words where its file has any. */
export function sentences(error: ErrorView): { what: string; means: string; press: string } {
  const args: Args = {};
  for (const name of OPTIONAL) args[name] = "none";
  for (const [name, value] of Object.entries(error.params)) {
    if (value !== undefined && value !== "") args[name] = NUMBERS.includes(name) && !isNaN(Number(value)) ? Number(value) : value;
  }
  const id = has(`error-${error.code}`) ? `error-${error.code}` : "error-unknown";
  args.code = error.code;
  return { what: t(id, args), means: t(`${id}.means`, args), press: error.action ? pick(error.action) : t(`${id}.press`, args) };
}

/** Where else to go, beside trying again. */
export type Remedy = "redirect" | "server" | "store" | "login" | "app" | null;

const REMEDIES: Record<Exclude<Remedy, null>, string[]> = {
  server: ["server-name-invalid", "server-not-https", "server-not-found", "server-unreachable", "server-tls", "server-unknown", "server-under-path", "registration-refused", "redirected"],
  redirect: ["port-taken", "redirect-unavailable", "browser-not-opened", "timed-out", "redirect-not-registered", "redirect-mismatch", "issuer-missing", "relay-missing", "relay-exposed", "relay-differs", "relay-not-https"],
  store: ["keychain-missing", "keychain-locked", "keychain-silent", "keychain-refused", "passphrase-wrong", "passphrase-needed", "passphrase-short"],
  login: ["token-dead", "interrupted", "secret-missing", "missing-permission", "code-spent", "token-expired", "not-extended", "not-renewable", "silent-refusals"],
  app: ["wrong-app-id", "client-auth"],
};

export function remedy(code: string): Remedy {
  for (const [name, codes] of Object.entries(REMEDIES)) if (codes.includes(code)) return name as Remedy;
  return null;
}
