// "Refresh long-lived tokens": the run itself, how far it is, and what became of each, also of the last run from the tray.
// Lives as long as the window, so that one can look elsewhere meanwhile.
import { asError, type Api } from "../shell/api";
import { mayRenew } from "./next";
import type { Model } from "./model.svelte";
import type { AccountView, ErrorView, RenewalView } from "../shell/wire";

export class RenewalRun {
  running = $state(false);
  /** None before the first run; empty where nothing could be renewed. */
  results = $state.raw<RenewalView[] | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** As each stood before the run, by its id: whoever differs is done. */
  #before = $state.raw<[id: string, mark: string][]>([]);
  /** The tray's last results, as text: told once. */
  #tray = "[]";
  readonly #api: Api;
  readonly #model: Model;

  constructor(model: Model) {
    this.#api = model.api;
    this.#model = model;
  }

  /** How many are to be renewed, and how many of them have an outcome. */
  get progress(): { done: number; all: number } {
    const stands = Object.fromEntries(marks(this.#model.view.accounts));
    return { done: this.#before.filter(([id, mark]) => stands[id] !== mark).length, all: this.#before.length };
  }

  async run(): Promise<void> {
    if (this.running) return;
    this.#before = marks(this.#model.view.accounts.filter(mayRenew));
    this.running = true;
    this.results = this.error = null;
    try {
      this.results = await this.#api.refreshLongLived();
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      // Should the shell count this run among its own, it is told already.
      this.#tray = JSON.stringify(await this.#last());
      this.running = false;
    }
  }

  /** Takes what the tray's last run brought, unless that was told already. */
  async look(): Promise<void> {
    const last = await this.#last();
    const text = JSON.stringify(last);
    if (text === this.#tray || this.running) return;
    this.#tray = text;
    if (last.length > 0) this.results = last;
  }

  async #last(): Promise<RenewalView[]> {
    try {
      return await this.#api.lastRenewals();
    } catch {
      return [];
    }
  }

  forget(): void {
    this.results = this.error = null;
  }
}

const runs = new WeakMap<Model, RenewalRun>();

/** The one of this window. */
export function renewalsOf(model: Model): RenewalRun {
  const run = runs.get(model) ?? new RenewalRun(model);
  runs.set(model, run);
  return run;
}

function marks(accounts: AccountView[]): [id: string, mark: string][] {
  return accounts.map((one) => [one.id, [one.issued, one.expires, one.later?.until, one.trouble?.code].join(" ")]);
}
