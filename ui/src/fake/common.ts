// What the stand-in's files share: waiting, errors, and an account and a client with default values.
import type { AccountView, ClientView, Code, ErrorView } from "../shell/wire";
import { decided } from "./standing";

export const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
export const error = (code: Code, params: Record<string, string> = {}, detail: string | null = null): ErrorView => ({
  code,
  params,
  detail,
  action: null,
});
/** The error code that a scene's address names. */
export const codeOf = (query: URLSearchParams, name = "fail") => query.get(name) as Code | null;
export const seconds = () => Math.floor(Date.now() / 1000);

export function account(part: Partial<AccountView> & Pick<AccountView, "id" | "name" | "provider" | "client">): AccountView {
  const obtained = part.obtained ?? seconds();
  const all: Omit<AccountView, "standing" | "ends" | "next"> = {
    display_name: null,
    user_id: null,
    hint: null,
    has_token_secret: false,
    server: null,
    url: null,
    scopes: [],
    declined: [],
    obtained,
    issued: obtained,
    expires: null,
    life_known: true,
    renews_from: null,
    renews_next: null,
    breaks: null,
    needs_login: false,
    later: null,
    paused: false,
    step_back_until: null,
    renews_on_demand: false,
    renews_until: null,
    data_access_expires: null,
    parent: null,
    tasks: [],
    redirect: "loopback",
    store: "keychain",
    verified: seconds() - 130,
    trouble: null,
    unrecorded: null,
    unstored: false,
    practice: false,
    practice_over: false,
    ...part,
  };
  return { ...all, ...decided(all) };
}

export function client(part: Partial<ClientView> & Pick<ClientView, "id" | "name" | "provider" | "client_id">): ClientView {
  return {
    server: null,
    hint: null,
    client_type: null,
    siblings: [],
    has_secret: true,
    redirect_uris: [],
    scopes: [],
    created: seconds() - 40 * 86_400,
    registered: false,
    accounts: [],
    ...part,
  };
}
