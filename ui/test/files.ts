// What the tests read of this folder: its sources and the locales beside it. No assertions here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");
export const LANGUAGES = ["en", "zh-Hans", "zh-Hant"] as const;

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every file below src/, with its path from ui/. */
export function sources(): { path: string; text: string }[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|svelte|css)$/.test(name))
    .map((name) => ({ path: `src/${name}`, text: read(`src/${name}`) }));
}

/** The closed list of error codes, each with the parameters it comes with. */
export const ERRORS: Record<string, string[]> = {
  "server-name-invalid": ["typed", "got"], "server-under-path": ["host", "path"], "server-not-https": ["typed"], "server-not-found": ["host"], "server-unreachable": ["host"], "server-tls": ["host"], "server-unknown": ["host"],
  "registration-refused": ["host", "status"], "port-taken": ["port", "owner"], "redirect-unavailable": ["redirect"], "browser-not-opened": [],
  denied: [], cancelled: [], "timed-out": ["minutes"], "nobody-waits": [], "denied-without-state": [], "issuer-mismatch": ["expected", "got"],
  "paste-empty": [], "paste-authorize-page": [], "paste-token": [], "paste-other-address": ["expected"], "paste-wrong-state": [], "paste-no-code": [],
  "redirect-differs": ["difference", "expected", "shown"], "relay-not-https": ["typed"], "relay-differs": ["url"], "relay-missing": [], "relay-exposed": [], "certificate-store": [],
  "token-unknown": [], "several-tokens": [], "token-expired": [], "not-renewable": [], "not-extended": [], interrupted: [], "clock-wrong": ["minutes", "direction"], "hosts-changed": ["provider"],
  "wrong-app-id": [], "redirect-not-registered": ["redirect_uri"], "redirect-mismatch": ["redirect_uri"], "code-spent": [], "not-a-tester": [], "client-auth": [],
  "token-dead": [], checkpoint: [], "missing-permission": [], "enrolment-or-payment": [], "too-young": [], "renewal-not-needed": ["provider", "rotates"], "rate-limited": ["seconds"], transient: ["status"],
  "answer-unreadable": ["what"], "answer-too-large": ["what"], redirected: ["host"], refused: ["status"], offline: [],
  "keychain-missing": [], "keychain-locked": [], "keychain-refused": [], "passphrase-wrong": [], "passphrase-needed": [], "passphrase-short": [], "secret-missing": [], paused: [], "file-foreign": [], "file-damaged": [], "file-newer": [],
  "book-newer": ["path"], "book-unreadable": ["path"], disk: ["path"], "account-unknown": [], "client-unknown": [], "client-in-use": [], "login-unknown": [],
  "provider-unknown": ["id"], "practice-over": [], "provider-file": ["file"], "input-invalid": ["field"], "already-running": [], clipboard: [], internal: [],
};

/** Parameters that the keeper may leave out. */
export const OPTIONAL = ["owner", "seconds", "status"];
