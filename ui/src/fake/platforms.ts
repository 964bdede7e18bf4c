// The stand-in's platforms: the shipped ones, and a custom one. `cargo test -p keybearer-core` writes catalogue.json from
// core/providers. Nothing but the stand-in may load it.
import type { ConsoleStep, ProviderView, Text, TileCost, TileGroup } from "../shell/wire";
import catalogue from "./catalogue.json";

export const text = (en: string, hans: string, hant: string): Text => ({ en, "zh-Hans": hans, "zh-Hant": hant });

const same = (words: string): Text => text(words, words, words);

// An import of JSON has no literal types. The test that writes the file starts from ProviderView.
const shipped = catalogue as unknown as ProviderView[];

const step = (words: string, part: Partial<ConsoleStep> = {}): ConsoleStep => ({
  text: same(words),
  link: null,
  copy: [],
  fields: [],
  permissions: false,
  redirect: false,
  for_redirects: [],
  solves: [],
  when: "before",
  unproven: false,
  ...part,
});

/** A custom provider file: with a console, and a warning about costs. */
const studio: ProviderView = {
  ...blank("studio"),
  name: "Studio",
  mark: { letters: "S", color: "#c13584", icon: null, path: null },
  custom: true,
  hosts: ["api.studio.example"],
  summary: same("A platform with a developer console."),
  warnings: [{ ...same("Each call to this platform costs money."), unproven: false }],
  redirects: (["loopback", "paste"] as const).map((kind) => ({
    kind,
    redirect_uri: "http://127.0.0.1:8765/callback",
    unproven: false,
    note: null,
    client_types: [],
    rules: [],
  })),
  console: [
    step("Create an app.", { link: "https://console.studio.example/apps" }),
    step("Enter this redirect address.", { redirect: true }),
  ],
  questions: [
    {
      id: "client_id",
      label: same("App ID"),
      help: same("Fifteen digits."),
      placeholder: "123456789012345",
      kind: "client-id",
      pattern: "[0-9]{15}",
      wrong: [],
      options: [],
    },
    {
      id: "client_secret",
      label: same("App secret"),
      help: null,
      placeholder: "",
      kind: "client-secret",
      pattern: null,
      wrong: [],
      options: [],
    },
  ],
};

/** Mastodon, without what only Mastodon has. */
function blank(id: string): ProviderView {
  const mastodon = shipped.find((one) => one.id === "mastodon");
  if (!mastodon) throw new Error("no Mastodon in catalogue.json");
  return {
    ...mastodon,
    id,
    tile: id,
    client_family: id,
    tile_info: null,
    registers: false,
    needs_app: true,
    checked: null,
    sources: [],
    docs: null,
    stuck: [],
    lists: null,
  };
}

/** In the order of the tiles. */
export const providers: ProviderView[] = [
  ...shipped.filter((one) => one.id !== "other"),
  studio,
  ...shipped.filter((one) => one.id === "other"),
];

/** As many tiles as there will be: the shipped ones, and made-up ones for platforms that have no file yet. */
export function crowd(shown: ProviderView[]): ProviderView[] {
  const more: [string, string, string, TileGroup, TileCost, string[]][] = [
    ["bluesky", "Bluesky", "#1185fe", "social", "free", ["蓝天", "藍天"]],
    ["misskey", "Misskey", "#86b300", "social", "free", []],
    ["pixelfed", "Pixelfed", "#6366f1", "social", "free", []],
    ["pleroma", "Pleroma", "#fba457", "social", "free", ["Akkoma"]],
    ["wordpress", "WordPress", "#21759b", "social", "free", []],
    ["linkedin", "LinkedIn", "#0a66c2", "social", "own-app", ["领英", "領英"]],
    ["google", "Google · YouTube", "#4285f4", "social", "own-app", ["谷歌", "油管"]],
    ["telegram", "Telegram", "#26a5e4", "bots", "free", ["电报", "電報", "TG"]],
    ["discord", "Discord", "#5865f2", "bots", "own-app", []],
    ["line", "LINE", "#06c755", "bots", "own-app", []],
    ["wechat", "WeChat Official Account", "#07c160", "bots", "review", ["微信公众号", "微信公眾號", "公众号"]],
    ["feishu", "Feishu", "#3370ff", "bots", "own-app", ["飞书", "飛書"]],
    ["lark", "Lark", "#3370ff", "bots", "own-app", []],
    ["twitch", "Twitch", "#9146ff", "bots", "own-app", []],
    ["github", "GitHub", "#24292f", "developer", "free", []],
    ["microsoft", "Microsoft Graph", "#0078d4", "developer", "own-app", ["Outlook"]],
    ["notion", "Notion", "#191919", "developer", "own-app", []],
  ];
  const known = new Set(shown.map(({ id }) => id));
  const made = more
    .filter(([id]) => !known.has(id))
    .map(([id, name, color, group, cost, aliases]) => ({
      ...blank(id),
      name,
      mark: { letters: name.slice(0, 1), color, icon: null, path: null },
      tile_info: { group, cost, aliases, cost_note: null },
    }));
  return [...shown.filter(({ custom }) => !custom), ...made];
}

/** With the address of the person's relay page, or none yet. */
export function withRelay(one: ProviderView, relay: string): ProviderView {
  const address = (kind: string, uri: string | null) => (kind === "relay" ? relay || null : uri);
  return {
    ...one,
    redirects: one.redirects.map((redirect) => ({ ...redirect, redirect_uri: address(redirect.kind, redirect.redirect_uri) })),
  };
}
