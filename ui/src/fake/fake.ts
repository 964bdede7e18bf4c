// A stand-in for the shell, in memory: the same Api, sample data for every screen, and every error on request. It makes the whole UI
// work in a plain browser, and is loaded only there. It has no network, clipboard or secret; its tokens are made up.
import type { Api } from "../shell/api";
import { codeOf, error, seconds, wait } from "./common";
import { fakeDeliver } from "./delivery";
import { fakeRedirects } from "./redirects";
import { runLogin, type FakeLogin } from "./login";
import { fakeAway } from "./background";
import { fakeExport } from "./posts";
import { fakeFirstPost } from "./first-post";
import { fakeLedger } from "./ledger";
import { fakeMoving } from "./transfer";
import { withStandings } from "./standing";
import { fakeTokens } from "./tokens";
import { fakeTry } from "./calls";
import { beginning, stage, withAccounts } from "./scenes";
import type { Start } from "../state/start";
import type { AccountView, Code } from "../shell/wire";

const CLEARED_AFTER = 45;

/** Platforms whose servers are told apart by their software. */
const FAMILY = ["mastodon", "gotosocial", "pixelfed", "pleroma"];

export function fake(query: URLSearchParams): { api: Api; start: Start } {
  const scene = query.get("scene");
  const count = query.get("accounts");
  const view = count === null ? stage(scene) : withAccounts(stage(scene), Number(count));
  if (query.get("facts") === "old") view.providers = view.providers.map((one) => ({ ...one, facts_old: one.checked !== null }));
  const logins = new Map<string, FakeLogin>();
  let listener: () => void = () => undefined;
  const changed = () => setTimeout(() => listener(), 0);

  const account = (id: string): AccountView => {
    const found = view.accounts.find((account) => account.id === id);
    if (!found) throw error("account-unknown");
    return found;
  };
  const login = (id: string): FakeLogin => {
    const found = logins.get(id);
    if (!found) throw error("login-unknown");
    return found;
  };
  /** A token as the keeper hands it out: never a dead one, and renewed first if due. */
  const fresh = async (id: string): Promise<AccountView> => {
    const found = account(id);
    if (found.practice_over) throw error("practice-over");
    if (found.paused && query.get("fail") === "paused") throw error("paused");
    const due = found.renews_on_demand && (found.renews_from ?? Infinity) <= seconds();
    if (due && !found.trouble) {
      await wait(600);
      const fail = codeOf(query);
      if (fail) {
        if (fail === "token-dead") found.trouble = error(fail, {}, "Value passed for the token was invalid.");
        changed();
        throw error(fail, { host: "api.x.com" });
      }
      Object.assign(found, { issued: seconds(), renews_from: seconds() + 6900, expires: seconds() + 7200 });
      changed();
    }
    if (found.trouble && ["token-dead", "interrupted"].includes(found.trouble.code)) throw error(found.trouble.code);
    if (found.life_known && !found.renews_on_demand && found.expires !== null && found.expires <= seconds()) throw error("token-expired");
    return found;
  };
  const drop = (id: string) => {
    view.accounts = view.accounts.filter((account) => account.id !== id);
    for (const client of view.clients) client.accounts = client.accounts.filter((account) => account !== id);
    changed();
  };

  const api: Api = {
    view: async () => withStandings(structuredClone(view)),
    catalogue: async () => structuredClone(view.providers),
    async findServer(provider, typed) {
      const host =
        typed
          .trim()
          .replace(/^https:\/\//, "")
          .replace(/\/.*$/, "")
          .split("@")
          .pop() ?? "";
      await wait(scene === "questions" ? 0 : 400);
      if (typed.startsWith("http://")) throw error("server-not-https", { typed });
      if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host)) throw error("server-name-invalid", { typed, got: "none" });
      // A server named after an error has that error: server-tls.example.
      const code = (host.split(".")[0] ?? "") as Code;
      if (code.startsWith("server-")) throw error(code, { host, typed }, "the system's own words");
      const known = view.providers.find((provider) => code.startsWith(provider.id));
      const others = known && known.id !== provider && !(FAMILY.includes(known.id) && FAMILY.includes(provider));
      if (others)
        throw {
          ...error("other-software", { host, software: known.id, id: known.id, provider: known.name.en }),
          texts: { provider: known.name },
        };
      if (code.startsWith("lemmy")) throw error("other-software", { host, software: "lemmy", provider: "none" });
      return { origin: `https://${host}`, provider: known?.id ?? provider, software: `${known?.name.en ?? "GoToSocial"} 0.20.0` };
    },
    async startLogin(plan, onEvent) {
      const id = `login-${logins.size + 1}`;
      logins.set(id, runLogin(plan, view, query, onEvent, changed));
      return id;
    },
    async cancelLogin(id) {
      login(id).end(error("cancelled"));
    },
    async openAgain(id) {
      login(id);
    },
    async copyLink(id) {
      login(id);
    },
    async paste(id, text) {
      login(id).paste(text);
    },
    async keepMismatch(id) {
      await wait(300);
      return login(id).keep();
    },
    async discardMismatch(id) {
      login(id);
    },
    async copyToken(id) {
      await fresh(id);
      return CLEARED_AFTER;
    },
    async copyTokenSecret(id) {
      if (!(await fresh(id)).has_token_secret) throw error("secret-missing");
      return CLEARED_AFTER;
    },
    async showToken(id) {
      await fresh(id);
      return "NOT-A-TOKEN-bWFkZS11cC1mb3ItcGljdHVyZXMtb25seQ";
    },
    async verify(id) {
      await wait(700);
      const found = account(id);
      if (found.trouble?.code === "transient")
        Object.assign(found, { trouble: null, name: "@gardener@garden.example", display_name: "Gardener", user_id: "12" });
      if (found.trouble) throw found.trouble;
      found.verified = seconds();
      // Its owner was unknown until now.
      if (found.provider === "x-keys") Object.assign(found, { name: "@owner", display_name: "The Owner", scopes: ["read-write"] });
      changed();
    },
    async revoke(id) {
      await wait(700);
      if (account(id).trouble?.code === "token-dead") throw error("token-dead", {}, "The access token was revoked");
      drop(id);
    },
    async deleteAccount(id) {
      drop(account(id).id);
    },
    async copyClient(_id, what) {
      return what === "secret" ? CLEARED_AFTER : 0;
    },
    async replaceSecret(id, newId) {
      await wait(300);
      const found = view.clients.find((client) => client.id === id);
      if (!found || !newId) return;
      Object.assign(found, { client_id: newId, hint: found.hint && newId.slice(0, found.hint.length) });
      for (const one of view.accounts) if (one.client === id) one.trouble = error("token-dead");
      changed();
    },
    async deleteClient(id) {
      if (view.clients.find((client) => client.id === id)?.accounts.length) throw error("client-in-use");
      view.clients = view.clients.filter((client) => client.id !== id);
      changed();
    },
    async changeSettings(settings) {
      if (query.get("fail") === "translocated" && settings.autostart) throw error("not-in-applications");
      view.settings = settings;
      if (!settings.check_updates) view.update = null;
      changed();
    },
    async answerProgram(id, answer) {
      const question = view.program_questions.find((one) => one.id === id);
      if (!question) throw error("input-invalid", { field: "question" });
      view.program_questions = view.program_questions.filter((one) => one !== question);
      const { executable, script, account } = question;
      if (answer === "always" || answer === "never")
        view.programs.push({ id, executable, script, account, allowed: answer === "always", decided: seconds() });
      changed();
    },
    async forgetProgram(id) {
      view.programs = view.programs.filter((one) => one.id !== id);
      changed();
    },
    async checkStore() {
      await wait(500);
      if (view.store.kind === "keychain" && view.store.unstored > 0) {
        Object.assign(view.store, { state: "ready", keychain: "ready", unstored: 0 });
        for (const account of view.accounts) account.unstored = false;
      }
      changed();
    },
    async useSealedFile(passphrase) {
      await wait(600);
      if (passphrase === "wrong") throw error("passphrase-wrong");
      Object.assign(view.store, { kind: "sealed-file", state: "ready", unlocked: true });
      changed();
    },
    async lockSealedFile() {
      await wait(200);
      Object.assign(view.store, { state: "locked", unlocked: false });
      changed();
      return true;
    },
    async useKeychain() {
      if (view.store.keychain === "missing") throw error("keychain-missing");
      Object.assign(view.store, { kind: "keychain", state: view.store.keychain });
      changed();
    },
    ...fakeRedirects(view, query, changed),
    ...fakeDeliver(view, query, changed),
    ...fakeMoving(view, query, changed),
    ...fakeAway(view, query, changed),
    ...fakeTokens(view, query, changed),
    ...fakeTry(view, query),
    ...fakeExport(query),
    ...fakeFirstPost(view, query),
    ...fakeLedger(view),
    copyText: () => wait(0),
    copyDiagnostics: () => wait(100),
    openLink: () => wait(0),
    startPractice: () => wait(150),
    onChanged: (call) => (listener = call),
  };
  return { api, start: beginning(query) };
}
