// The whole UI in jsdom with the stand-in, and a clock that the test controls.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, vi } from "vitest";
import App from "../src/App.svelte";
import type { Api } from "../src/shell/api";
import type { ProviderView } from "../src/shell/wire";
import { Model } from "../src/state/model.svelte";
import { fake } from "../src/fake/fake";
import { providers } from "../src/fake/platforms";
import { speak } from "../src/text/words.svelte";

let app: ReturnType<typeof mount> | undefined;

/** What the open window holds. */
export let model: Model;

export const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

/** A platform of the stand-in. */
export function platform(id: string): ProviderView {
  const found = providers.find((provider) => provider.id === id);
  if (!found) throw new Error(`no platform ${id}`);
  return found;
}

/** Lets time pass, with everything that waits for it. Some screens are fetched when they are opened. */
export async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}

export async function open(query: string): Promise<Api> {
  const { api, start } = fake(new URLSearchParams(query));
  model = new Model(api, await api.view(), start);
  app = mount(App, { target: document.body, props: { model, start } });
  await settle(1000);
  // A screen is fetched after the first paint, and fetches its own parts.
  await settle();
  await settle();
  return api;
}

export function type(id: string, text: string): void {
  const field = find(id) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export async function press(id: string, ms = 0): Promise<void> {
  const button = find(id);
  if (!button) throw new Error(`no ${id} on the screen`);
  button.click();
  await settle(ms);
}

/** Opens a menu of the account's page, and chooses from it if `item` is given. The menu is fetched after the page. */
export async function menu(item?: string, ms = 0, id = "account-menu"): Promise<void> {
  await settle(300);
  if (find(id)?.getAttribute("aria-expanded") !== "true") await press(id);
  if (item) await press(item, ms);
}

// jsdom has no modal dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

beforeEach(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  await speak("en");
  vi.useFakeTimers();
});

afterEach(async () => {
  vi.useRealTimers();
  if (app) await unmount(app);
  app = undefined;
  document.body.innerHTML = "";
});
