// Tokens in the stand-in without a login: imported, renewed, inspected, and those of a person's Pages.
import type { Api } from "../shell/api";
import { account as blank, error, seconds, wait } from "./common";
import type { AccountView, AppView, ServerTokenView, SubAccountView } from "../shell/wire";

const DAY = 86_400;

/** The Pages that the person manages; the first two are in the sample data. */
const PAGES: Omit<SubAccountView, "kept">[] = [
  { id: "1353269864728879", name: "Cute Kitten Page", tasks: ["ANALYZE", "MODERATE", "CREATE_CONTENT", "MANAGE"] },
  { id: "1353269864728880", name: "Kitten Rescue", tasks: ["CREATE_CONTENT"] },
  { id: "1353269864728881", name: "Kittens of the North", tasks: ["ANALYZE"] },
];

/** Valid for sixty days, renewed automatically a week before the end. */
const life = (from: number) => ({ expires: from + 60 * DAY, renews_next: from + 53 * DAY, breaks: from + 60 * DAY });

/** An account after a renewal. If the previous token stays valid, it can be restored for a day. */
export function renewed(account: AccountView): void {
  const now = seconds();
  const rotating = {
    issued: now,
    renews_from: now + 6900,
    expires: now + 7200,
    renews_until: now + 180 * DAY,
    renews_next: now + 120 * DAY,
    breaks: now + 180 * DAY,
  };
  const lasting = { issued: now, renews_from: now + DAY, ...life(now), life_known: true, step_back_until: now + DAY };
  Object.assign(account, account.renews_on_demand ? rotating : lasting, { later: null, trouble: null });
}

type Tokens = Pick<
  Api,
  | "subAccounts"
  | "keepSubAccounts"
  | "importToken"
  | "recognise"
  | "renew"
  | "inspect"
  | "serverTokens"
  | "endServerToken"
  | "copyAppToken"
  | "copyDeviceCode"
  | "redeemDeviceCode"
>;

export function fakeTokens(view: AppView, query: URLSearchParams, changed: () => void): Tokens {
  const scene = query.get("scene") ?? "";
  const account = (id: string): AccountView => {
    const found = view.accounts.find((account) => account.id === id);
    if (!found) throw error("account-unknown");
    return found;
  };
  const add = (like: Partial<AccountView> & Pick<AccountView, "name" | "provider" | "client">): string => {
    const id = `new-${view.accounts.length + 1}`;
    const one = blank({ id, redirect: "paste", store: view.store.kind, verified: seconds(), ...like });
    view.accounts = [...view.accounts, one];
    for (const client of view.clients) if (client.id === one.client) client.accounts = [...client.accounts, id];
    changed();
    return id;
  };
  let serverTokens: ServerTokenView[] = [
    { id: "01K9B", origin: "present", app: "memos", scopes: ["read"], issued: seconds() - 9 * DAY, last_used: seconds() - 3600 },
    { id: "01K9A", origin: "other", app: "An old phone", scopes: ["read", "write"], issued: seconds() - 400 * DAY, last_used: null },
  ];
  const keptOf = (parent: string) => new Set(view.accounts.filter((one) => one.parent === parent).map((one) => one.user_id));

  return {
    async subAccounts(id) {
      await wait(scene.startsWith("pages") ? 0 : 500);
      account(id);
      if (query.get("fail") === "pages") throw error("missing-permission", {}, "(#200) Requires pages_show_list");
      if (scene === "pages-none") return [];
      const kept = keptOf(id);
      return PAGES.map((page) => ({ ...page, kept: kept.has(page.id) }));
    },
    async keepSubAccounts(id, picked) {
      await wait(500);
      const { provider, client, scopes } = account(id);
      return PAGES.filter((page) => picked.includes(page.id)).map((page) =>
        add({ name: page.name, user_id: page.id, tasks: page.tasks, parent: id, provider, client, scopes }),
      );
    },
    // As the shell does it with the prefixes of the shipped files.
    async recognise(typed) {
      const text = typed.trim().replace(/^\w+=/, "");
      const shapes: [RegExp, string][] = [
        [/^TH/, "threads"],
        [/^IG/, "instagram"],
        [/^EAA/, "facebook"],
      ];
      return shapes.filter(([shape]) => shape.test(text)).map(([, id]) => id);
    },
    async importToken(token, provider, client, name, server) {
      await wait(500);
      const text = token.trim();
      if (text === "") throw error("input-invalid", { field: "token" });
      if (provider === "other") {
        if (name.trim() === "") throw error("input-invalid", { field: "name" });
        return add({ name: name.trim(), provider, client: "", verified: null, life_known: false });
      }
      const found = provider ?? (text.startsWith("TH") ? "threads" : text.startsWith("EAA") ? "facebook" : null);
      if (!found) throw error("token-unknown");
      const platform = view.providers.find((one) => one.id === found);
      if (platform?.questions.some((question) => question.kind === "server")) {
        if (server.trim() === "") throw { ...error("server-missing", { provider: platform.name.en }), texts: { provider: platform.name } };
        const host = server.trim().replace(/^.*@|^https?:\/\/|\/.*$/g, "");
        return add({ name: `imported@${host}`, provider: found, client: client ?? "", server: `https://${host}`, life_known: true });
      }
      return add({ name: "@imported", provider: found, client: client ?? "", ...life(seconds()), renews_from: seconds() + DAY });
    },
    async renew(id, anyway = false) {
      await wait(500);
      const found = account(id);
      if (found.renews_from === null) throw error("not-renewable");
      if (found.renews_on_demand && found.renews_from > seconds() && !anyway)
        throw error("renewal-not-needed", { provider: "X", rotates: "yes" });
      if (!found.renews_on_demand && found.renews_from > seconds())
        throw error("too-young", { seconds: String(found.renews_from - seconds()) });
      if (query.get("fail") === "not-extended") throw error("not-extended");
      renewed(found);
      changed();
    },
    async inspect(id) {
      await wait(400);
      account(id).life_known = true;
      changed();
    },
    async serverTokens(id) {
      await wait(300);
      account(id);
      if (query.get("fail") === "tokens") throw error("missing-permission", {}, "Forbidden: token has insufficient scope permission");
      return { tokens: serverTokens, more: query.get("more") === "tokens" };
    },
    async endServerToken(id, token) {
      await wait(300);
      const ends = serverTokens.find((one) => one.id === token);
      if (!ends) throw error("input-invalid", { field: "token_id" });
      serverTokens = serverTokens.filter((one) => one !== ends);
      if (ends.origin === "present") account(id).trouble = error("token-dead");
      changed();
    },
    copyAppToken: async () => 45,
    copyDeviceCode: async () => 45,
    async redeemDeviceCode(client, code) {
      await wait(400);
      if (code.trim() === "") throw error("input-invalid", { field: "code" });
      if (code.includes("used")) throw error("code-spent", {}, "This authorization code has been used.");
      const known = view.clients.find((one) => one.id === client);
      return add({
        name: "Mei Chou (laptop)",
        provider: known?.provider ?? "facebook",
        client,
        ...life(seconds()),
        renews_from: seconds(),
      });
    },
  };
}
