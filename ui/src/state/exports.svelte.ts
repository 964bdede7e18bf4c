// The exports of an account. They live as long as the window, so that a running one is followed while another screen is shown.
import type { Api } from "../shell/api";
import { asError } from "../shell/api";
import type { ErrorView, ExportEvent, ExportPlan, ExportView } from "../shell/wire";

type Waiting = Extract<ExportEvent, { kind: "waiting" }>;
type Done = Extract<ExportEvent, { kind: "done" }>;
/** One whose file is complete but lacks some posts. */
export type PartialExport = Extract<ExportEvent, { kind: "partial" }>;

/** A running export. Its rate is unknown if another window started it. */
export interface Going {
  /** Null while the system's file dialog is open. */
  id: string | null;
  count: number;
  /** How many posts the file had when this run continued it. */
  before: number;
  rate: number | null;
  wait: Waiting | null;
}

/** How often an export of another window is polled, in milliseconds. */
const LOOK = 1000;

class Exports {
  going = $state<Going | null>(null);
  done = $state.raw<Done | null>(null);
  partial = $state.raw<PartialExport | null>(null);
  failed = $state.raw<ErrorView | null>(null);
  /** Exports that can be continued. */
  resting = $state.raw<ExportView[]>([]);
  readonly #api: Api;
  readonly #account: string;
  #heard = false;
  /** Cancelled before it had an id. */
  #unwanted = false;

  constructor(api: Api, account: string) {
    this.#api = api;
    this.#account = account;
  }

  async look(): Promise<void> {
    const all = await this.#api.exports(this.#account);
    this.resting = all.filter(({ runs }) => !runs);
    if (this.#heard) return;
    const other = all.find(({ runs }) => runs);
    this.going = other ? { id: other.id, count: other.count, before: 0, rate: null, wait: null } : null;
    if (other) setTimeout(() => void this.look(), LOOK);
  }

  start(plan: ExportPlan): Promise<void> {
    return this.#run(0, (hear) => this.#api.startExport(plan, hear));
  }

  goOn({ id, count }: ExportView): Promise<void> {
    return this.#run(count, (hear) => this.#api.resumeExport(id, hear));
  }

  async cancel(): Promise<void> {
    this.#unwanted = this.going?.id === null;
    // It may have just ended.
    if (this.going?.id) await this.#api.cancelExport(this.going.id).catch(() => undefined);
  }

  async discard(id: string): Promise<void> {
    await this.#api.discardExport(id).catch((thrown: unknown) => (this.failed = asError(thrown)));
    await this.look();
  }

  async #run(count: number, call: (hear: (event: ExportEvent) => void) => Promise<string | null>): Promise<void> {
    this.done = this.partial = this.failed = null;
    this.going = { id: null, count, before: count, rate: null, wait: null };
    this.#heard = true;
    this.#unwanted = false;
    try {
      const id = await call((event) => this.#hear(event));
      if (id === null) this.#end();
      else if (this.going) this.going.id = id;
      if (this.#unwanted) await this.cancel();
    } catch (thrown) {
      this.failed = asError(thrown);
      this.#end();
    }
  }

  #hear(event: ExportEvent): void {
    // A start may continue an earlier export: its first event then has the count so far.
    if (event.kind === "progress" && this.going?.rate === null && event.rate === 0) this.going.before = event.count;
    if (event.kind === "progress" && this.going) Object.assign(this.going, { count: event.count, rate: event.rate, wait: null });
    if (event.kind === "waiting" && this.going) this.going.wait = event;
    if (event.kind === "done") this.done = event;
    if (event.kind === "partial") this.partial = event;
    if (event.kind === "stopped" && event.error.code !== "cancelled") this.failed = event.error;
    if (event.kind === "done" || event.kind === "partial" || event.kind === "stopped") this.#end();
  }

  #end(): void {
    this.#heard = false;
    this.going = null;
    void this.look();
  }
}

const known = new WeakMap<Api, Record<string, Exports>>();

/** The exports of this account. */
export function exportsOf(api: Api, account: string): Exports {
  const all = known.get(api) ?? {};
  known.set(api, all);
  return (all[account] ??= new Exports(api, account));
}
