// Every button that an error's words name is on the screen that shows the error, in each language.
import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { withStandings } from "../src/fake/standing";
import type { AccountView, Code, ErrorView } from "../src/shell/wire";
import { sentences } from "../src/text/errors";
import { speak, speakOfUse } from "../src/text/words.svelte";
import { ERRORS, LANGUAGES } from "./files";
import { menu, model, open, press, settle, type } from "./window";

/** Opens a screen once, then shows it one error after another. */
interface Screen {
  scene: string;
  show: (error: ErrorView) => void | Promise<void>;
}

const failed = (error: ErrorView) => Object.assign(model.flow, { error, stage: "failed" });

const change = (id: string, part: Partial<AccountView>) => {
  const accounts = model.view.accounts.map((account) => (account.id === id ? { ...account, ...part } : account));
  model.view = withStandings({ ...model.view, accounts });
};

const deliver = (error: ErrorView) => {
  const later = { until: Date.now() / 1000 + 60, why: error };
  const deliveries = model.view.deliveries.map((one) => ({ ...one, confirmed: error.code !== "delivery-unconfirmed", later }));
  model.view = { ...model.view, deliveries };
};

const SCREENS = {
  login: { scene: "failed", show: (error) => void failed(error) },
  console: { scene: "warned", show: (error) => void failed(error) },
  account: { scene: "endless", show: (trouble) => change("a1", { trouble }) },
  renewal: {
    scene: "sixty",
    async show(error) {
      vi.spyOn(model.api, "renew").mockRejectedValue(error);
      await menu("renew", 10);
      // Its button is behind the menu.
      await menu();
    },
  },
  pages: {
    scene: "pages",
    async show(error) {
      vi.spyOn(model.api, "subAccounts").mockRejectedValue(error);
      model.go({ at: "home" });
      await settle();
      model.go({ at: "pages", id: "f1" });
      await settle(10);
    },
  },
  paused: { scene: "paused", show: () => undefined },
  "on-hold": { scene: "on-hold", show: () => undefined },
  hint: { scene: "waiting", show: (error) => void (model.flow.hints = [error]) },
  delivery: { scene: "deliver", show: deliver },
  post: {
    scene: "post-maybe",
    async show(error) {
      vi.spyOn(model.api, "checkPost").mockRejectedValue(error);
      await settle(300);
      await press("post-look", 10);
    },
  },
  server: {
    scene: "questions",
    async show(error) {
      vi.spyOn(model.api, "findServer").mockRejectedValue(error);
      type("question-server", `${error.code}.example`);
      await press("next", 10);
    },
  },
  paste: {
    scene: "waiting",
    async show(error) {
      vi.spyOn(model.api, "paste").mockRejectedValue(error);
      await press("paste-use", 10);
    },
  },
  relay: {
    scene: "relay",
    async show(error) {
      vi.spyOn(model.api, "checkRelayPage").mockRejectedValue(error);
      type("relay-address", "https://me.example/");
      await settle();
      await press("relay-check", 10);
    },
  },
} satisfies Record<string, Screen>;

type Name = keyof typeof SCREENS;

/** Where a code is shown, if not where a login ended and beside an account. */
function screensOf(code: Code): Name[] {
  if (/^(delivery|command|env)-|^file-(nowhere|sealed)$/.test(code)) return ["delivery"];
  if (code.startsWith("post-")) return ["post"];
  if (code.startsWith("paste-") || code === "no-login-waiting") return ["paste"];
  switch (code) {
    case "server-name-invalid":
    case "server-not-https":
    case "server-unknown":
    case "other-software":
    case "server-under-path":
    case "server-without-https":
    case "server-missing":
      return ["server"];
    case "server-not-found":
    case "server-unreachable":
    case "server-tls":
      return ["server", "login", "account"];
    case "browser-not-opened":
    case "denied-without-state":
    case "answer-without-state":
      return ["hint"];
    case "timed-out":
    case "relay-missing":
    case "relay-exposed":
    case "issuer-missing":
    case "registration-refused":
    case "redirect-mismatch":
    case "port-taken":
    case "redirect-unavailable":
      return ["login"];
    case "wrong-app-id":
    case "redirect-not-registered":
    case "not-a-tester":
    case "client-auth":
      return ["console"];
    case "relay-not-https":
    case "relay-differs":
      return ["relay"];
    case "renewal-not-needed":
      return ["renewal"];
    case "paused":
    case "on-hold":
      return [code];
    case "clipboard":
    case "silent-refusals":
      return ["account"];
    default:
      return ["login", "account", "pages"];
  }
}

/** What follows "press": the label of a button and the rest of its clause. Chinese has another word for the buttons of a website. */
function named(words: string): string[] {
  const english = [...words.matchAll(/\b[Pp]ress ([A-Z][^.,;:]*)/g)];
  const chinese = [...words.matchAll(/按[“「]([^”」]+)[”」]/g)];
  return [...english, ...chinese].map(([, label]) => label ?? "");
}

const buttons = () =>
  [...document.querySelectorAll("button, summary")].map((button) => button.textContent?.trim().replace("…", "") ?? "").filter(Boolean);

describe.each(LANGUAGES)("%s", (language) => {
  test.each(Object.keys(SCREENS) as Name[])("%s", async (name) => {
    const { scene, show }: Screen = SCREENS[name];
    await open(`scene=${scene}`);
    await speak(language);
    await speakOfUse();
    await settle();
    const missing: string[] = [];
    const codes = (Object.keys(ERRORS) as Code[]).filter((code) => screensOf(code).includes(name));
    expect(codes).not.toEqual([]);
    for (const code of codes) {
      const params = Object.fromEntries(ERRORS[code].map((param) => [param.replace("?", ""), "7"]));
      const error = { code, params, detail: null, action: null };
      await show(error);
      flushSync();
      const { what, press: words } = sentences(error);
      if (name !== "paused" && name !== "on-hold") expect(document.body.textContent, code).toContain(what);
      for (const label of named(words)) if (!buttons().some((button) => label.startsWith(button))) missing.push(`${code}: ${label}`);
    }
    expect(missing).toEqual([]);
  });
});
