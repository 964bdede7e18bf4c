// The stand-in's platforms: the shipped ones, and a custom one. `cargo test -p keybearer-core` writes catalogue.json from
// core/providers. Nothing but the stand-in may load it.
import type { ConsoleStep, ProviderView, Text } from "../shell/wire";
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
  name: same("Studio"),
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
      default: null,
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
      default: null,
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
    keys_of_account: false,
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

/** With the address of the person's relay page, or none yet. */
export function withRelay(one: ProviderView, relay: string): ProviderView {
  const address = (kind: string, uri: string | null) => (kind === "relay" ? relay || null : uri);
  return {
    ...one,
    redirects: one.redirects.map((redirect) => ({ ...redirect, redirect_uri: address(redirect.kind, redirect.redirect_uri) })),
  };
}
