// The first stage: groups, the search, the keyboard, and a credential that is pasted where it does not belong.
import { expect, test, vi } from "vitest";
import type { AccountView } from "../src/shell/wire";
import { looksLikeCredential } from "../src/state/paste";
import { groupsOf } from "../src/state/tiles";
import { placeWord } from "../src/state/platform";
import { speak } from "../src/text/words.svelte";
import { find, menu, model, open, platform, press, settle, type } from "./window";

const shown = () => [...document.querySelectorAll<HTMLElement>("li [data-testid^=tile-]")].map((one) => one.dataset["testid"]?.slice(5));
const TOKEN = `EAA${"b7".repeat(40)}`;

function key(name: string) {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
}

function paste(target: EventTarget | null, text: string): boolean {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  return !(target?.dispatchEvent(event) ?? true);
}

test("24 tiles and more stand in groups: one's own first, the practice platform last, each with its cost", async () => {
  await open("scene=crowd");
  const groups = groupsOf(model.view);
  expect(groups.map(({ group }) => group)).toEqual(["yours", "social", "bots", "developer", "practice"]);
  expect(shown()).toEqual(groups.flatMap(({ providers }) => providers.map(({ id }) => id)));
  expect(shown().length).toBeGreaterThanOrEqual(24);
  expect(shown()).not.toContain("x-app");
  expect(groups[0]?.providers.map(({ id }) => id)).toContain("threads");
  expect(find("tile-x")?.textContent).toContain("Costs money");
  expect(find("tile-notion")?.textContent).toContain("Own app, free");
  for (const id of ["feishu", "lark", "wechat"]) expect(find(`tile-${id}`)?.textContent, id).toContain("reviewed");
  expect(find("tiles-find")?.getAttribute("placeholder")).toBe(`Search ${shown().length} platforms`);
});

test.each([
  ["推特", ["x"]],
  ["脆", ["threads"]],
  ["ig", ["instagram"]],
  ["ＩＧ", ["instagram"]],
  ["臉書", ["facebook"]],
  ["脸书", ["facebook"]],
  ["长毛象", ["mastodon"]],
  ["公众号", ["wechat"]],
  ["飞书", ["feishu", "lark"]],
  ["微信公眾號", ["wechat"]],
  ["練習平台", ["practice"]],
  ["official  wechat", ["wechat"]],
  ["oauth 1.0a", ["x"]],
  ["nothing of the kind", []],
])("%s finds its platform", async (wanted, found) => {
  await open("scene=crowd");
  type("tiles-find", wanted);
  await settle();
  expect(shown()).toEqual(found);
  expect(find("tiles-none")?.textContent).toBe(found.length === 0 ? "No platform matches." : "");
});

test("a platform has a name in each language", async () => {
  await open("scene=crowd");
  expect(find("tile-wechat")?.textContent).toContain("WeChat");
  await speak("zh-Hans");
  await settle();
  expect(find("tile-wechat")?.textContent).toContain("微信公众号");
  await speak("zh-Hant");
  await settle();
  expect(find("tile-feishu")?.textContent).toContain("飛書");
  expect(find("tile-practice")?.textContent).toContain("練習平台");
});

test("what is done at a platform is done in a console only if the person has an app there", () => {
  const places = (ids: string[]) => ids.map((id) => placeWord(platform(id), "There"));
  const without = ["bluesky", "misskey", "wordpress", "github-pat", "mastodon", "telegram", "practice"];
  expect(places(without)).toEqual(without.map(() => "At There"));
  const apps = ["threads", "x", "github", "google", "wechat", "feishu-app"];
  expect(places(apps)).toEqual(apps.map(() => "In the developer console"));
});

test("an account's own name and password are not called an app", async () => {
  await open("scene=handle");
  expect(document.body.textContent).not.toContain("app “");
  const about = document.querySelector("[data-testid=account-store]")?.closest("dl")?.textContent;
  expect(about?.replace(/\s+/g, " ")).toContain("Handle ada.bsky.social");
  // Of a platform that takes no revocation.
  const misskey = (one: AccountView) => (one.id === "a1" ? { ...one, provider: "misskey", client: "" } : one);
  model.view = { ...model.view, accounts: model.view.accounts.map(misskey) };
  await settle();
  await menu("delete");
  expect(find("confirm")?.closest("dialog")?.textContent).toContain("“At Misskey” on the account’s page says where you can.");
});

test("a server of other software is named, and the tile that fits is one press away", async () => {
  await open("scene=questions");
  type("question-server", "misskey.example");
  await press("next", 500);
  expect(document.body.textContent).toContain("misskey.example runs misskey.");
  expect(find("other-tile")?.textContent?.trim()).toBe("Use Misskey");
  await press("other-tile", 500);
  expect([model.flow.provider?.id, model.flow.answers["server"]]).toEqual(["misskey", "misskey.example"]);
  await press("next", 500);
  expect(model.flow.stage).toBe("permissions");
});

test("a server of software that no platform here runs is named, and nothing is offered", async () => {
  await open("scene=questions");
  type("question-server", "lemmy.example");
  await press("next", 500);
  expect(document.body.textContent).toContain("lemmy.example runs lemmy.");
  expect(find("other-tile")).toBeNull();
});

test("the keyboard: Enter opens the first one found, Escape empties the search, arrows go to the tiles and back", async () => {
  await open("scene=crowd");
  const search = find("tiles-find") as HTMLInputElement;
  search.focus();
  type("tiles-find", "tele");
  await settle();
  key("Escape");
  await settle();
  expect([search.value, find("tiles-find")]).toEqual(["", search]);
  key("ArrowDown");
  expect(document.activeElement).toBe(find(`tile-${shown()[0]}`));
  key("ArrowRight");
  expect(document.activeElement).toBe(find(`tile-${shown()[1]}`));
  search.focus();
  type("tiles-find", "长毛");
  await settle();
  key("Enter");
  await settle();
  expect(find("question-server")).not.toBeNull();
});

test("Enter without a search opens nothing", async () => {
  await open("scene=crowd");
  (find("tiles-find") as HTMLInputElement).focus();
  key("Enter");
  await settle();
  expect(find("tiles-find")).not.toBeNull();
});

test("a credential that is pasted into the search moves to the secret field, and is sent when a platform is chosen", async () => {
  const api = await open("scene=add");
  const [recognise, send] = [vi.spyOn(api, "recognise"), vi.spyOn(api, "importToken")];
  expect(paste(find("tiles-find"), TOKEN), "it never gets into the search field").toBe(true);
  await settle(10);
  const field = find("import-token-field") as HTMLInputElement;
  expect([field.type, field.value]).toEqual(["password", TOKEN]);
  expect(document.body.innerHTML).not.toContain(TOKEN);
  expect(recognise).toHaveBeenCalledWith(TOKEN);
  expect(find("import-token-as-facebook")).not.toBeNull();
  expect(find("import-token-as-threads")).toBeNull();
  field.closest("form")?.requestSubmit();
  await settle(1000);
  expect(send, "no platform is chosen").not.toHaveBeenCalled();
  await press("import-token-as-facebook");
  await press("import-token-go", 1000);
  expect(send).toHaveBeenCalledWith(TOKEN, "facebook", null, "", "");
});

test("also beside the search, and when it is dropped or typed there", async () => {
  await open("scene=add");
  expect(paste(document.body, `FACEBOOK_ACCESS_TOKEN=${TOKEN}`)).toBe(true);
  await settle(10);
  expect((find("import-token-field") as HTMLInputElement).value).toContain(TOKEN);
  await press("back");
  expect(document.body.innerHTML).not.toContain(TOKEN);
  type("tiles-find", TOKEN);
  await settle(10);
  expect((find("import-token-field") as HTMLInputElement).value).toBe(TOKEN);
  await press("back");
  expect((find("tiles-find") as HTMLInputElement).value).toBe("");
  await press("tile-import");
  expect((find("import-token-field") as HTMLInputElement).value).toBe("");
});

test("also on the first screen without accounts", async () => {
  await open("scene=empty");
  expect(paste(document.body, "https://mastodon.social/@me")).toBe(false);
  expect(paste(document.body, TOKEN)).toBe(true);
  await settle(10);
  expect((find("import-token-field") as HTMLInputElement).value).toBe(TOKEN);
});

test("other texts are pasted as usual", async () => {
  await open("scene=add");
  for (const text of ["mastodon", "https://mastodon.social/@me", "长毛象"]) expect(paste(find("tiles-find"), text), text).toBe(false);
  expect(find("tiles-find")).not.toBeNull();
});

test.each([
  [TOKEN, true],
  [`Bearer ${TOKEN}`, true],
  [`Authorization: Bearer ${TOKEN}`, true],
  ['{"access_token":"abc","expires_in":1}', true],
  ["THREADS_ACCESS_TOKEN=abc", true],
  ["https://api.example/?access_token=abc", true],
  ["123456789:AAExampleExampleExampleExampleExampl", true],
  ["abcd-efgh-ijkl-mnop", true],
  ["ghp_0123456789abcdefghijABCDEFGHIJ012345", true],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", true],
  ["mastodon.social", false],
  ["@someone@a-very-long-name.example.org", false],
  ["https://mastodon.example.org/@someone123456", false],
  ["a-long-server-name-2.example.social", false],
  ["WeChat Official Account", false],
  ["微信公众平台的测试账号和开发者服务", false],
  ["internationalization", false],
  ["", false],
])("%s looks like a credential: %s", (text, secret) => {
  expect(looksLikeCredential(text)).toBe(secret);
});
