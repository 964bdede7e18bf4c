// The sentences of an error, from the locales by its code, and which button helps.
import type { Code, ErrorView } from "../shell/wire";
import { has, pick, t, type Args } from "./words.svelte";

/** Parameters that may be missing; the sentences then use their `none` variant. */
const OPTIONAL = ["owner", "seconds", "status"];
const NUMBERS = ["seconds", "minutes"];

/** What happened, what it means, and what to do: the last one from the platform's file, if that has its own. With `kept` it is about an
 *  app that is kept: the sentence then differs where the form would be the remedy. */
export function sentences(error: ErrorView, kept = false): { what: string; means: string; press: string } {
  const args: Args = {};
  for (const name of OPTIONAL) args[name] = "none";
  for (const [name, value] of Object.entries(error.params)) {
    if (value !== undefined && value !== "") args[name] = NUMBERS.includes(name) && !isNaN(Number(value)) ? Number(value) : value;
  }
  for (const [name, text] of Object.entries(error.texts ?? {})) if (text) args[name] = pick(text);
  const id = has(`error-${error.code}`) ? `error-${error.code}` : "error-unknown";
  args.code = error.code;
  const press = kept && has(`${id}.kept`) ? `${id}.kept` : `${id}.press`;
  return { what: t(id, args), means: t(`${id}.means`, args), press: error.action ? pick(error.action) : t(press, args) };
}

/** Where else to go, besides trying again. */
export type Remedy = "redirect" | "server" | "store" | "login" | "app";

/** Other codes have no remedy but trying again. */
const REMEDIES = {
  "server-name-invalid": "server",
  "server-not-https": "server",
  "server-not-found": "server",
  "server-unreachable": "server",
  "server-tls": "server",
  "server-unknown": "server",
  "other-software": "server",
  "server-under-path": "server",
  "server-without-https": "server",
  "server-missing": "server",
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

/** The platform that fits a server, if the error names one. */
export function otherTile({ code, params }: ErrorView): string | undefined {
  return code === "other-software" ? params["id"] : undefined;
}

export function remedy(code: Code): Remedy | null {
  return (REMEDIES as Partial<Record<Code, Remedy>>)[code] ?? null;
}
