// Deliveries on the real screens: the form of each kind, what the page knows and does not know, and the states of a delivery.
import { expect, test, vi } from "vitest";
import { FIELDS, target } from "../src/state/target";
import { find, open, press, settle, type } from "./window";

const text = (id: string) => find(id)?.textContent ?? "";
const pick = async (kind: string) => {
  const list = find("deliver-kind") as HTMLSelectElement;
  list.value = kind;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
};
const submit = async (ms = 1500) => {
  find("deliver-submit")?.closest("form")?.requestSubmit();
  await settle(ms);
};
const ready = () => (find("deliver-submit") as HTMLButtonElement | null)?.disabled === false;

test("each delivery says where to, whether it arrived, and what can be done", async () => {
  await open("scene=deliver");
  expect(text("delivery-d1")).toContain("/home/mei/bots/threads/.env");
  expect(text("delivery-d1")).toContain("→ /srv/threads/env");
  expect(text("delivery-d1")).toContain("read back and correct");
  expect(text("delivery-d2")).toContain("api.github.com rejected the access key");
  expect(text("delivery-d3")).toContain("Off until you confirm it");
  const confirm = find("delivery-d3")?.querySelector<HTMLElement>("[data-testid=deliver-confirm]");
  confirm?.click();
  await settle(1000);
  expect(text("delivery-d3")).toContain("the program reported success");
  find("delivery-d1")?.querySelector<HTMLElement>("[data-testid=deliver-remove]")?.click();
  await settle(1000);
  expect(find("delivery-d1")).toBeNull();
});

test("a file is named by no page, and a credential does not stay", async () => {
  const api = await open("scene=deliver");
  const add = vi.spyOn(api, "addDelivery");
  await press("deliver-add");
  expect(find("deliver-path")).toBeNull();
  expect(ready()).toBe(true);
  await submit();
  expect(add).toHaveBeenLastCalledWith("t1", { kind: "env-file", key: "ACCESS_TOKEN", place: { path: "", leads_to: null } }, null);
  expect(text("delivery-d4")).toContain("/home/mei/bots/.env");
  await press("deliver-add");
  await pick("github");
  expect(ready()).toBe(false);
  type("deliver-repository", "memochou/bot");
  type("deliver-credential", "canary");
  await settle();
  expect(ready()).toBe(true);
  await submit(0);
  expect((find("deliver-credential") as HTMLInputElement).value).toBe("");
  await settle(1500);
  expect(add).toHaveBeenLastCalledWith(
    "t1",
    { kind: "github", repository: "memochou/bot", name: "ACCESS_TOKEN", api: "https://api.github.com" },
    "canary",
  );
});

test("who says no in the dialog is back at the form, and a failure stands there", async () => {
  await open("scene=deliver&fail=cancelled");
  await press("deliver-add");
  await submit();
  expect(find("deliver-submit")).not.toBeNull();
  expect(document.querySelector("form [data-testid=error]")).toBeNull();
});

test("a program is chosen, too: what is typed are its arguments", async () => {
  const api = await open("scene=deliver");
  const add = vi.spyOn(api, "addDelivery");
  await press("deliver-add");
  await pick("program");
  expect(text("deliver-submit")).toBe("Choose the program…");
  expect(ready()).toBe(true);
  type("deliver-words", "--to\nbots");
  await submit();
  expect(add).toHaveBeenLastCalledWith("t1", { kind: "program", words: ["", "--to", "bots"] }, null);
  expect(text("delivery-d4")).toContain("/home/mei/bots/renew --to bots");
});

test("words are words: one a line, and empty ones between others too", () => {
  expect(target("program", { words: "-c\ncat > 'a b'\n\nlast\n" })).toEqual({
    kind: "program",
    words: ["", "-c", "cat > 'a b'", "", "last"],
  });
  for (const kind of Object.keys(FIELDS) as (keyof typeof FIELDS)[]) expect(target(kind, FIELDS[kind]).kind).toBe(kind);
});

test("an environment's secret of the same name is pointed out", async () => {
  await open("scene=deliver");
  const said = find("delivery-d2")?.querySelector("[data-testid=delivery-shadowed]")?.textContent ?? "";
  expect(said).toContain("Environments with a secret of the same name: production.");
  expect(find("delivery-d1")?.querySelector("[data-testid=delivery-shadowed]")).toBeNull();
});

test("an organization is asked who may read, an environment which, and a namespace may stay empty", async () => {
  const api = await open("scene=deliver");
  const add = vi.spyOn(api, "addDelivery");
  await press("deliver-add");
  await pick("github-organization");
  type("deliver-organization", "bots");
  type("deliver-credential", "canary");
  const list = find("deliver-visibility") as HTMLSelectElement;
  expect(list.value).toBe("private");
  list.value = "selected";
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  await submit();
  const organization = {
    kind: "github-organization",
    organization: "bots",
    name: "ACCESS_TOKEN",
    visibility: "selected",
    api: "https://api.github.com",
  };
  expect(add).toHaveBeenLastCalledWith("t1", organization, "canary");
  await press("deliver-add");
  await pick("github-environment");
  type("deliver-repository", "memochou/bot");
  type("deliver-credential", "canary");
  await settle();
  expect(ready()).toBe(false);
  type("deliver-environment", "staging / eu");
  await settle();
  expect(ready()).toBe(true);
  const vault = { url: "https://vault.example", mount: "secret", path: "bots", key: "access_token" };
  expect(target("openbao", { ...vault, namespace: "" })).toEqual({ kind: "openbao", ...vault });
  expect(target("openbao", { ...vault, namespace: " team " })).toEqual({ kind: "openbao", ...vault, namespace: "team" });
});
