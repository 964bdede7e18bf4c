// "Renew all now": the run, its progress and its results, also those of the last run from the tray. It lives as long as the
// window, so that it continues while another screen is shown.
import { asError, type Api } from "../shell/api";
import { mayRenew } from "./next";
import type { Model } from "./model.svelte";
import type { AccountView, ErrorView, RenewalView } from "../shell/wire";

export class RenewalRun {
  running = $state(false);
  /** Null before the first run; empty if nothing could be renewed. */
  results = $state.raw<RenewalView[] | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** Each account's state before the run, by its id: an account whose state differs is done. */
  #before = $state.raw<[id: string, mark: string][]>([]);
  /** The tray's last results, as text: shown once. */
  #tray = "[]";
  readonly #api: Api;
  readonly #model: Model;

  constructor(model: Model) {
    this.#api = model.api;
    this.#model = model;
  }

  /** How many accounts the run renews, and how many are done. */
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
      // The shell may count this run as one of the tray's: its results are already shown.
      this.#tray = JSON.stringify(await this.#last());
      this.running = false;
    }
  }

  /** Takes the results of the tray's last run, unless they were shown already. */
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

/** This window's run. */
export function renewalsOf(model: Model): RenewalRun {
  const run = runs.get(model) ?? new RenewalRun(model);
  runs.set(model, run);
  return run;
}

function marks(accounts: AccountView[]): [id: string, mark: string][] {
  return accounts.map((one) => [one.id, [one.issued, one.expires, one.later?.until, one.trouble?.code].join(" ")]);
}
