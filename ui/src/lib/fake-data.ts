// Sample data for the stand-in: clients and accounts in every state a screen can meet. No real person, server or secret.
import { meta, other, relayed } from "./fake-meta";
import { fediverse } from "./fake-platforms";
import type { AccountView, AppView, ClientView, ProviderView } from "./wire";

const DAY = 86_400;

/** In the order of the tiles. */
export const providers: ProviderView[] = [...meta, ...fediverse, other];

const client = (id: string, part: Partial<ClientView>): ClientView => ({
  id, provider: "gotosocial", name: "Keybearer", server: null, client_id: "01K9XJ4T3N8W2QEZ6V5R7M1HBD", has_secret: true,
  redirect_uris: ["http://127.0.0.1:8765/callback", "io.github.keybearer://callback/"], scopes: ["profile", "read", "write"],
  created: Date.now() / 1000 - 40 * DAY, registered: true, accounts: [], ...part,
});

const account = (id: string, name: string, part: Partial<AccountView>): AccountView => ({
  id, name, provider: "gotosocial", client: "c1", display_name: null, user_id: null, server: null, url: null, scopes: ["profile", "read", "write"], declined: [],
  obtained: Date.now() / 1000 - 40 * DAY, issued: part.issued ?? part.obtained ?? Date.now() / 1000 - 40 * DAY, expires: null, life_known: true, renews_from: null,
  data_access_expires: null, parent: null, tasks: [], door: "loopback", store: "keychain", verified: Date.now() / 1000 - 130,
  trouble: null, unstored: false, practice: false, practice_over: false, ...part,
});

export function sample(): AppView {
  const now = Math.floor(Date.now() / 1000);
  const accounts = [
    account("a1", "@mei@fedi.example", { display_name: "Mei Lindqvist", user_id: "01HN4P8Q7XC2Y5T9W3ZKJM6RVB", server: "fedi.example", url: "https://fedi.example/@mei" }),
    account("t1", "@memochou", { provider: "threads", client: "c6", display_name: "Memo Chou", user_id: "29361808173406421", url: "https://www.threads.com/@memochou", obtained: now - 18 * DAY, renews_from: now - 17 * DAY, expires: now + 42 * DAY, scopes: ["threads_basic", "threads_content_publish"], door: "https-loopback" }),
    account("t2", "@fresh.bot", { provider: "threads", client: "c6", display_name: "Fresh Bot", user_id: "29361808173406422", obtained: now - 7200, renews_from: now + DAY - 7200, expires: now + 60 * DAY, scopes: ["threads_basic"], door: "paste" }),
    account("f1", "Mei Chou", { provider: "facebook", client: "c7", user_id: "10221234567890123", obtained: now - 20 * DAY, renews_from: now - 20 * DAY, expires: now + 40 * DAY, data_access_expires: now + 70 * DAY, scopes: ["public_profile", "pages_show_list"], declined: ["pages_manage_posts"] }),
    account("f2", "Cute Kitten Page", { provider: "facebook", client: "c7", user_id: "1353269864728879", obtained: now - 20 * DAY, data_access_expires: now + 70 * DAY, scopes: ["public_profile", "pages_show_list"], parent: "f1", tasks: ["ANALYZE", "MODERATE", "CREATE_CONTENT", "MANAGE"] }),
    account("f3", "Kitten Rescue", { provider: "facebook", client: "c7", user_id: "1353269864728880", obtained: now - 20 * DAY, scopes: ["public_profile", "pages_show_list"], parent: "f1", tasks: ["CREATE_CONTENT"] }),
    account("g1", "@memo.photos", { provider: "instagram", client: "", display_name: "Memo Photos", user_id: "17841405793187218", obtained: now - 51 * DAY, renews_from: now - 50 * DAY, expires: now + 9 * DAY, scopes: ["instagram_business_basic"], door: "paste", life_known: false }),
    account("o1", "Deploy token", { provider: "other", client: "", scopes: [], verified: null, life_known: false, door: "paste", obtained: now - 3 * DAY }),
    account("a2", "@newsbot@social.example", { provider: "mastodon", client: "c2", display_name: "News in brief", user_id: "112358132134558914", server: "social.example", url: "https://social.example/@newsbot", obtained: now - 18 * DAY, expires: now + 42 * DAY, scopes: ["profile", "read", "write", "read:lists"], declined: ["push"], door: "deep-link" }),
    account("a3", "@photos@pixel.example", { provider: "mastodon", client: "c2", display_name: "Photos", user_id: "4711", server: "pixel.example", obtained: now - 56 * DAY, expires: now + 4 * DAY }),
    account("a4", "garden.example", { provider: "mastodon", client: "c2", server: "garden.example", verified: null, door: "paste", obtained: now - 3600, trouble: { code: "transient", params: { status: "502" }, detail: "502 Bad Gateway" } }),
    account("a5", "@old@social.example", { provider: "mastodon", client: "c2", server: "social.example", trouble: { code: "token-dead", params: {}, detail: "The access token was revoked" } }),
    account("a6", "@learner", { provider: "practice", client: "c3", display_name: "A Learner", practice: true, obtained: now - 600 }),
    account("a7", "@earlier", { provider: "practice", client: "c4", display_name: "An Earlier Learner", practice: true, practice_over: true }),
  ];
  return {
    version: "0.1.0", providers: providers.map((provider) => relayed(provider, "")), accounts, problems: [],
    clients: [
      client("c1", { server: "fedi.example", accounts: ["a1"] }),
      client("c2", { provider: "mastodon", name: "post-bot", server: "social.example", client_id: "k8VnQ2s7ZrW0dY4uLxP1eTgHb9JfCa6MwXo3iRqK5tE", accounts: ["a2", "a3", "a4", "a5"] }),
      client("c6", { provider: "threads", name: "post-bot", client_id: "9030817430362187", registered: false, redirect_uris: ["https://127.0.0.1:47018/callback/threads/"], scopes: ["threads_basic", "threads_content_publish"], accounts: ["t1", "t2"] }),
      client("c7", { provider: "facebook", name: "Kittens", client_id: "3141592653589793", registered: false, redirect_uris: ["http://localhost:47019/callback/facebook"], scopes: ["public_profile", "pages_show_list", "pages_manage_posts"], accounts: ["f1", "f2", "f3"] }),
      client("c5", { provider: "studio", name: "Old experiment", client_id: "123456789012345", registered: false, accounts: [] }),
    ],
    store: { kind: "keychain", state: "ready", keychain: "ready", path: "/home/mei/.local/share/keybearer/sealed", unstored: 0 },
    settings: { language: "system", theme: "system", relay: "" },
    certificate_trusted: false,
  };
}
