// Sample data for the stand-in: clients and accounts in every state a screen can meet. No real person, server or secret.
import { account, client, error } from "./common";
import { deliveries } from "./delivery";
import { providers, withRelay } from "./platforms";
import type { AccountView, AppView, ClientView } from "../shell/wire";

const DAY = 86_400;

const fedi = (id: string, name: string, part: Partial<AccountView>): AccountView =>
  account({ id, name, provider: "gotosocial", client: "c1", scopes: ["profile", "read", "write"], obtained: Math.floor(Date.now() / 1000) - 40 * DAY, ...part });

const registered = (id: string, part: Partial<ClientView>): ClientView =>
  client({
    id, name: "Keybearer", provider: "gotosocial", client_id: "01K9XJ4T3N8W2QEZ6V5R7M1HBD", registered: true, scopes: ["profile", "read", "write"],
    redirect_uris: ["http://127.0.0.1:8765/callback", "io.github.keybearer://callback/"], ...part,
  });

/** One app at X with both pairs of its keys, and a token of each kind. */
function atX(now: number): AccountView[] {
  const bot = { provider: "x", client: "x1", scopes: ["tweet.read", "users.read", "offline.access", "tweet.write"], renews_on_demand: true };
  const own = { client: "x2", name: "post-bot", verified: null, redirect: "paste" } as const;
  return [
    account({ ...bot, id: "x-bot", name: "@keybot", display_name: "Key Bot", user_id: "1841530912", obtained: now - 31 * DAY, issued: now - 2400, expires: now + 4800, renews_from: now + 4500, renews_until: now - 2400 + 180 * DAY, renews_next: now - 2400 + 120 * DAY, breaks: now - 2400 + 180 * DAY, verified: now - 31 * DAY }),
    account({
      ...bot, id: "x-cut", name: "@nightbot", display_name: "Night Bot", user_id: "1903377210", obtained: now - 60 * DAY, issued: now - 9000, expires: now - 1800, renews_from: now - 2100, renews_until: now - 9000 + 180 * DAY, renews_next: now - 9000 + 120 * DAY, breaks: now - 9000 + 180 * DAY,
      trouble: error("interrupted"),
    }),
    account({ id: "x-user", provider: "x-oauth1", client: "x2", name: "@memo", display_name: "Memo", user_id: "1815120047", hint: "181512", has_token_secret: true, scopes: ["read-write"], obtained: now - 12 * DAY, verified: now - 12 * DAY, redirect: "out-of-band" }),
    account({ ...own, id: "x-app", provider: "x-app", hint: null, obtained: now - 9 * DAY }),
    account({ ...own, id: "x-own", provider: "x-keys", hint: "104729", has_token_secret: true, user_id: "1047291185", obtained: now - 5 * DAY }),
  ];
}

export function sample(): AppView {
  const now = Math.floor(Date.now() / 1000);
  const accounts = [
    fedi("a1", "@mei@fedi.example", { display_name: "Mei Lindqvist", user_id: "01HN4P8Q7XC2Y5T9W3ZKJM6RVB", server: "fedi.example", url: "https://fedi.example/@mei" }),
    fedi("t1", "@memochou", { provider: "threads", client: "c6", display_name: "Memo Chou", user_id: "29361808173406421", url: "https://www.threads.com/@memochou", obtained: now - 18 * DAY, renews_from: now - 17 * DAY, expires: now + 42 * DAY, renews_next: now + 35 * DAY, breaks: now + 42 * DAY, scopes: ["threads_basic", "threads_content_publish"], redirect: "https-loopback" }),
    fedi("t2", "@fresh.bot", { provider: "threads", client: "c6", display_name: "Fresh Bot", user_id: "29361808173406422", obtained: now - 7200, renews_from: now + DAY - 7200, expires: now + 60 * DAY, renews_next: now + 53 * DAY, breaks: now + 60 * DAY, scopes: ["threads_basic"], redirect: "paste" }),
    fedi("f1", "Mei Chou", { provider: "facebook", client: "c7", user_id: "10221234567890123", obtained: now - 20 * DAY, renews_from: now - 20 * DAY, expires: now + 40 * DAY, renews_next: now + 33 * DAY, breaks: now + 40 * DAY, data_access_expires: now + 70 * DAY, scopes: ["public_profile", "pages_show_list"], declined: ["pages_manage_posts"] }),
    fedi("f2", "Cute Kitten Page", { provider: "facebook", client: "c7", user_id: "1353269864728879", obtained: now - 20 * DAY, data_access_expires: now + 70 * DAY, scopes: ["public_profile", "pages_show_list"], parent: "f1", tasks: ["ANALYZE", "MODERATE", "CREATE_CONTENT", "MANAGE"] }),
    fedi("f3", "Kitten Rescue", { provider: "facebook", client: "c7", user_id: "1353269864728880", obtained: now - 20 * DAY, scopes: ["public_profile", "pages_show_list"], parent: "f1", tasks: ["CREATE_CONTENT"] }),
    fedi("g1", "@memo.photos", { provider: "instagram", client: "", display_name: "Memo Photos", user_id: "17841405793187218", obtained: now - 51 * DAY, renews_from: now - 50 * DAY, expires: now + 9 * DAY, renews_next: now - 5 * DAY, breaks: now + 9 * DAY, later: { until: now + 290, why: error("transient", { status: "503" }, "503 Service Unavailable") }, scopes: ["instagram_business_basic"], redirect: "paste", life_known: false }),
    ...atX(now),
    fedi("o1", "Deploy token", { provider: "other", client: "", scopes: [], verified: null, life_known: false, redirect: "paste", obtained: now - 3 * DAY }),
    fedi("a2", "@newsbot@social.example", { provider: "mastodon", client: "c2", display_name: "News in brief", user_id: "112358132134558914", server: "social.example", url: "https://social.example/@newsbot", obtained: now - 18 * DAY, expires: now + 42 * DAY, breaks: now + 42 * DAY, needs_login: true, scopes: ["profile", "read", "write", "read:lists"], declined: ["push"], redirect: "private-use-scheme" }),
    fedi("a3", "@photos@pixel.example", { provider: "mastodon", client: "c2", display_name: "Photos", user_id: "4711", server: "pixel.example", obtained: now - 56 * DAY, expires: now + 4 * DAY, breaks: now + 4 * DAY, needs_login: true }),
    fedi("a4", "garden.example", { provider: "mastodon", client: "c2", server: "garden.example", verified: null, redirect: "paste", obtained: now - 3600, trouble: error("transient", { status: "502" }, "502 Bad Gateway") }),
    fedi("a5", "@old@social.example", { provider: "mastodon", client: "c2", server: "social.example", trouble: error("token-dead", {}, "The access token was revoked") }),
    fedi("a6", "@learner", { provider: "practice", client: "c3", display_name: "A Learner", practice: true, obtained: now - 600 }),
    fedi("a7", "@earlier", { provider: "practice", client: "c4", display_name: "An Earlier Learner", practice: true, practice_over: true }),
  ];
  return {
    version: "0.1.0", providers: providers.map((provider) => withRelay(provider, "")), accounts, deliveries: deliveries(now), problems: [],
    clients: [
      registered("c1", { server: "fedi.example", accounts: ["a1"] }),
      registered("c2", { provider: "mastodon", name: "post-bot", server: "social.example", client_id: "k8VnQ2s7ZrW0dY4uLxP1eTgHb9JfCa6MwXo3iRqK5tE", accounts: ["a2", "a3", "a4", "a5"] }),
      client({ id: "c6", provider: "threads", name: "post-bot", client_id: "9030817430362187", redirect_uris: ["https://127.0.0.1:47018/callback/threads/"], scopes: ["threads_basic", "threads_content_publish"], accounts: ["t1", "t2"] }),
      client({ id: "c7", provider: "facebook", name: "Kittens", client_id: "3141592653589793", redirect_uris: ["http://localhost:47019/callback/facebook"], scopes: ["public_profile", "pages_show_list", "pages_manage_posts"], accounts: ["f1", "f2", "f3"] }),
      client({ id: "x1", provider: "x", name: "post-bot", client_id: "QmFkR2VyMTIzNDU2Nzg5MGFiY2Q6MTpjaQ", client_type: "confidential", siblings: ["x2"], redirect_uris: ["http://127.0.0.1:47020/callback/x"], scopes: ["tweet.read", "users.read", "offline.access", "tweet.write"], accounts: ["x-bot", "x-cut"] }),
      client({ id: "x2", provider: "x-oauth1", name: "post-bot", client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", hint: "k7BcQ2", siblings: ["x1"], redirect_uris: ["http://127.0.0.1:47020/callback/x-oauth1"], accounts: ["x-user", "x-app", "x-own"] }),
      client({ id: "c5", provider: "studio", name: "Old experiment", client_id: "123456789012345" }),
    ],
    store: { kind: "keychain", state: "ready", keychain: "ready", path: "/home/mei/.local/share/keybearer/sealed", unstored: 0 },
    settings: { language: "system", theme: "system", relay: "", on_close: "ask", autostart: false },
    certificate_trusted: false, update: null,
  };
}
