// What an error says to a person, and which button helps. The words are in the locales, by code. Not for catching errors.
import type { Code, ErrorView } from "../shell/wire";
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
export type Remedy = "redirect" | "server" | "store" | "login" | "app";

/** Codes that are not here have no other remedy. */
const REMEDIES = {
  "server-name-invalid": "server",
  "server-not-https": "server",
  "server-not-found": "server",
  "server-unreachable": "server",
  "server-tls": "server",
  "server-unknown": "server",
  "server-under-path": "server",
  "registration-refused": "server",
  redirected: "server",
  "port-taken": "redirect",
  "redirect-unavailable": "redirect",
  "browser-not-opened": "redirect",
  "timed-out": "redirect",
  "redirect-not-registered": "redirect",
  "redirect-mismatch": "redirect",
  "issuer-missing": "redirect",
  "relay-missing": "redirect",
  "relay-exposed": "redirect",
  "relay-differs": "redirect",
  "relay-not-https": "redirect",
  "keychain-missing": "store",
  "keychain-locked": "store",
  "keychain-silent": "store",
  "keychain-refused": "store",
  "passphrase-wrong": "store",
  "passphrase-needed": "store",
  "passphrase-short": "store",
  "token-dead": "login",
  interrupted: "login",
  "secret-missing": "login",
  "missing-permission": "login",
  "code-spent": "login",
  "token-expired": "login",
  "not-extended": "login",
  "not-renewable": "login",
  "silent-refusals": "login",
  "wrong-app-id": "app",
  "client-auth": "app",
} satisfies Partial<Record<Code, Remedy>>;

export function remedy(code: Code): Remedy | null {
  return (REMEDIES as Partial<Record<Code, Remedy>>)[code] ?? null;
}
