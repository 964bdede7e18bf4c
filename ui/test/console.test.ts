// Platforms with a console, on the real screens: the address to register, its comparison, error pages, another account than expected.
import { expect, test, vi } from "vitest";
import { date } from "../src/text/dates";
import { find, model, open, platform, press, settle, type } from "./window";

const text = () => document.querySelector("main")?.textContent ?? "";
const ADDRESS = "https://127.0.0.1:47018/callback/threads/";

test("the tile of two kinds asks which one", async () => {
  await open("scene=add");
  expect(find("tile-instagram-facebook")).toBeNull();
  expect(find("tile-other")).toBeNull();
  await press("tile-instagram");
  await press("kind-instagram-facebook");
  await press("next");
  expect(text()).toContain("http://localhost:47019/callback/instagram-facebook");
});

const stepWith = (id: string) => find(id)?.closest("li")?.dataset["testid"];
const checked = (id: string) => (find(id) as HTMLInputElement).checked;

test("two screens lead from the tile to the browser, and each field is beside its step", async () => {
  const api = await open("scene=add");
  const [copy, start] = [vi.spyOn(api, "copyText"), vi.spyOn(api, "startLogin")];
  await press("tile-threads");
  const client = find("client") as HTMLSelectElement;
  client.value = "";
  client.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  expect([checked("scope-threads_basic"), checked("scope-threads_content_publish")]).toEqual([true, true]);
  expect((find("scopes-more")?.closest("details") as HTMLDetailsElement).open).toBe(false);
  await press("scope-threads_delete");
  type("expect", "@memochou");
  await press("next");
  const steps = platform("threads").console;
  const at = (wanted: (step: (typeof steps)[number]) => boolean) => `console-step-${steps.findIndex(wanted)}`;
  expect(find("copy-permissions-value")?.textContent).toBe("threads_basic, threads_content_publish, threads_delete");
  expect(stepWith("copy-permissions")).toBe(at((step) => step.permissions));
  expect(stepWith("copy-redirect")).toBe(at((step) => step.redirect));
  for (const field of ["question-client_id", "question-client_secret"]) expect(stepWith(field)).toBe(at((step) => step.fields.length > 0));
  await press("copy-redirect");
  expect(copy).toHaveBeenCalledWith(ADDRESS);
  expect(stepWith("copy-tester"), "the account that is meant is the tester").toBe(at((step) => step.solves.includes("not-a-tester")));
  await press("copy-tester");
  expect(copy).toHaveBeenLastCalledWith("memochou");
  type("question-client_id", "9030817430362187");
  type("question-client_secret", "0123456789abcdef0123456789abcdef");
  await press("connect", 100);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ redirect: "https-loopback", expect: "@memochou", client: null });
  expect(start.mock.calls[0]?.[0].scopes).toContain("threads_delete");
});

test("a step that was ticked off is still ticked after a restart, until its token is there", async () => {
  localStorage.clear();
  await open("scene=threads");
  const all = platform("threads").console.filter(({ when }) => when === "before").length;
  await press("console-done-0");
  expect(find("setup-count")?.textContent).toBe(`1 of ${all} done`);
  expect(localStorage.length).toBe(1);
  document.body.innerHTML = "";
  await open("scene=threads");
  expect([checked("console-done-0"), checked("console-done-1")]).toEqual([true, false]);
  type("question-client_id", "9030817430362187");
  type("question-client_secret", "0123456789abcdef0123456789abcdef");
  expect(JSON.stringify(localStorage)).not.toContain("0123456789abcdef");
  await press("connect", 6000);
  expect(find("done")).not.toBeNull();
  expect(localStorage.getItem("console-steps")).toBe("{}");
});

test("a step for another redirect comes with that redirect", async () => {
  await open("scene=facebook-form");
  const at = platform("facebook").console.findIndex((step) => step.redirect);
  expect(find(`console-step-${at}`)).toBeNull();
  await press("redirect-relay");
  expect(find(`console-step-${at}`)).not.toBeNull();
});

test("a slash that the console dropped is found before the login", async () => {
  await open("scene=threads");
  type("redirect-shown", ADDRESS.slice(0, -1));
  await settle();
  expect(find("compare")?.dataset["difference"]).toBe("slash");
  expect(text()).toContain("Only a slash at the end is different.");
  type("redirect-shown", ADDRESS);
  await settle();
  expect(find("redirect-same")).not.toBeNull();
  expect(find("compare")?.dataset["difference"]).toBeUndefined();
});

test("the relay page has to be there before one goes on", async () => {
  await open("scene=relay");
  expect((find("connect") as HTMLButtonElement).disabled).toBe(true);
  await press("relay-save", 500);
  expect(find("relay-path")?.textContent).toContain("/home/mei/Downloads/index.html");
  type("relay-address", "http://me.example/");
  await settle();
  await press("relay-check", 1000);
  expect(find("error")?.dataset["code"]).toBe("relay-not-https");
  type("relay-address", "https://me.example/k/");
  await settle();
  await press("relay-check", 1000);
  expect(find("copy-redirect-value")?.textContent).toBe("https://me.example/k/");
  expect((find("connect") as HTMLButtonElement).disabled).toBe(false);
});

test("the certificate is trusted and no longer trusted, and a refusal is said", async () => {
  await open("scene=settings");
  await press("trust-certificate", 1000);
  expect(find("certificate-state")?.dataset["trusted"]).toBe("true");
  await press("distrust-certificate", 1000);
  expect(find("certificate-state")?.dataset["trusted"]).toBe("false");
});

test("a certificate store that refuses is said with its own words", async () => {
  await open("scene=settings&fail=certificate-store");
  await press("trust-certificate", 1000);
  expect(find("error")?.textContent).toContain("certutil: not found");
});

test("while waiting, the warning and each stuck page have their one cause", async () => {
  await open("scene=warned");
  expect((find("warns-once")?.closest("details") as HTMLDetailsElement).open, "the first time").toBe(true);
  expect((find("stuck")?.closest("details") as HTMLDetailsElement).open).toBe(false);
  expect(find("stuck")?.closest("details")?.contains(find("paste-field"))).toBe(true);
  expect(document.querySelectorAll("[data-testid^=brief-]")).toHaveLength(3);
  expect(find("step-token-exchanged")?.dataset["state"]).toBe("todo");
  expect(find("step-server-found")).toBeNull();
  expect(find("stuck-wrong-app-id")?.textContent).toContain("4476002");
  expect(find("stuck-redirect-not-registered")?.textContent).toContain(ADDRESS);
});

test("the wrong account is kept only when one says so", async () => {
  const api = await open("scene=mismatch");
  const keep = vi.spyOn(api, "keepMismatch");
  expect(find("mismatch")?.textContent).toContain("@other.person");
  expect(text()).toContain("nothing was revoked");
  for (const row of document.querySelectorAll("main li"))
    expect(row.querySelector("b")?.textContent, "the button says what its row says").toContain(
      row.querySelector("button")?.textContent?.trim(),
    );
  await press("settings");
  await press("add-account");
  expect(find("mismatch")).not.toBeNull();
  await press("mismatch-keep", 1000);
  expect(keep).toHaveBeenCalledOnce();
  expect(find("done")).not.toBeNull();
});

test("what is discarded is forgotten here", async () => {
  const api = await open("scene=mismatch");
  const drop = vi.spyOn(api, "discardMismatch");
  await press("mismatch-discard", 500);
  expect(drop).toHaveBeenCalledOnce();
  await press("add-account");
  expect(find("tile-threads")).not.toBeNull();
});

test("a wrong app id leads back to where it was typed", async () => {
  await open("scene=threads&fail=wrong-app-id");
  type("question-client_id", "9030817430362187");
  type("question-client_secret", "0123456789abcdef0123456789abcdef");
  await press("connect", 6000);
  expect(find("error")?.dataset["code"]).toBe("wrong-app-id");
  expect(find("retry"), "it would fail again").toBeNull();
  await press("other-app");
  expect((find("question-client_id") as HTMLInputElement).value).toBe("9030817430362187");
  expect((find("question-client_secret") as HTMLInputElement).value).toBe("");
});

test("the console's steps say when their facts were read, and from where", async () => {
  const api = await open("scene=facebook-form");
  const link = vi.spyOn(api, "openLink");
  const { checked, sources } = platform("facebook");
  expect(find("facts")?.textContent).toContain(`Facts checked on ${date(checked ?? "")}`);
  expect(find("facts")?.dataset["old"]).toBe("false");
  await press("facts-source-1");
  expect(link).toHaveBeenCalledWith(sources[1]?.url);
  expect(find("facts")?.textContent).toContain(`developers.facebook.com, read on ${date(sources[1]?.read ?? "")}`);
});

test("facts of more than six months ago are said to be old", async () => {
  await open("scene=facebook-form&facts=old");
  expect(find("facts")?.dataset["old"]).toBe("true");
  expect(find("facts")?.textContent).toContain("more than six months ago");
});

test("a platform whose file has no day says nothing of its facts", async () => {
  await open("scene=console");
  expect(find("question-client_id")).not.toBeNull();
  expect(find("facts")).toBeNull();
});

test("the guide has its acts: before the login, after it, and another way", async () => {
  await open("scene=facebook-form");
  const numbers = () => [...document.querySelectorAll("[data-testid^=console-step-] .number")].map((one) => one.textContent?.trim());
  const steps = platform("facebook").console;
  const shown = steps.filter((step) => step.for_redirects.length === 0 || step.for_redirects.includes("loopback"));
  const acts = (["before", "after", "instead"] as const).map((when) =>
    shown.filter((step) => step.when === when).map((_, at) => `${at + 1}`),
  );
  expect(acts.every((act) => act.length > 0)).toBe(true);
  expect(numbers()).toEqual(acts.flat());
  steps.forEach((step, at) =>
    expect(find(`console-unproven-${at}`) !== null, step.text.en).toBe(step.unproven && step.when !== "again" && shown.includes(step)),
  );
  const again = steps.findIndex((step) => step.when === "again");
  expect(find(`console-step-${again}`), "the next login is not now").toBeNull();
});

test("a login with an app that has been through the console says what it needs first", async () => {
  await open("scene=facebook-again");
  const steps = platform("facebook").console;
  steps.forEach((step, at) => expect(find(`console-step-${at}`) !== null, step.text.en).toBe(step.when === "again"));
});

test("a refusal comes with the steps that put it right", async () => {
  const api = await open("scene=untested");
  const [link, copy] = [vi.spyOn(api, "openLink"), vi.spyOn(api, "copyText")];
  const console = platform("threads").console;
  const solving = console.flatMap((step, at) => (step.solves.includes("not-a-tester") ? [at] : []));
  expect(solving).toHaveLength(2);
  for (const at of solving) await press(`console-open-${at}`);
  expect(link.mock.calls.map(([url]) => url)).toEqual(solving.map((at) => console[at]?.link));
  Object.assign(model.flow, { error: { code: "redirect-not-registered", params: { redirect_uri: ADDRESS }, detail: null, action: null } });
  await settle();
  await press("copy-redirect");
  expect(copy).toHaveBeenCalledWith(ADDRESS);
  const at = console.findIndex((step) => step.redirect);
  expect(find(`console-open-${at}`)).not.toBeNull();
});

test("what is left to do stands where the login ends", async () => {
  await open("scene=done-pages");
  for (const step of platform("facebook").console.filter((one) => one.when === "after"))
    expect(find("done-after")?.textContent).toContain(step.text.en);
});

test("and at the account", async () => {
  await open("scene=app-steps");
  const left = platform("facebook").console.filter(({ when }) => when === "after" || when === "again");
  for (const step of left) expect(find("use-console-panel")?.textContent).toContain(step.text.en);
  // A sign-in by a relay page needs none of the steps for localhost.
  const accounts = model.view.accounts.map((one) => (one.id === "f1" ? { ...one, redirect: "relay" as const } : one));
  model.view = { ...model.view, accounts };
  await settle();
  for (const step of left)
    expect(find("use-console-panel")?.textContent?.includes(step.text.en), step.text.en).toBe(step.for_redirects.length === 0);
});
