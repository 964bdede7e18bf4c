// What the window holds: the last view of the keeper, the route one is at, the flow under way, the toast.
// Not for what a single screen types or unfolds: that dies with the screen.
import { createContext } from "svelte";
import { asError, type Abilities, type Api, type Closing } from "../shell/api";
import { rowsOf } from "./account-list";
import type { Route } from "./route";
import { offered, platformName } from "./platform";
import type { Start } from "./start";
import { LoginFlow } from "./login-flow.svelte";
import type { AccountView, AppView, ClientView, ProviderView } from "../shell/wire";

export interface Toast {
  text: string;
  /** When the clipboard is cleared, in Unix seconds; null for a plain message. */
  until: number | null;
}

export const [getModel, setModel] = createContext<Model>();

/** How long a plain message stays, in seconds: long enough to read ten words twice. */
const MESSAGE = 6;

export class Model {
  view: AppView = $state.raw() as AppView;
  route = $state.raw<Route>({ at: "home" });
  flow: LoginFlow = $state.raw() as LoginFlow;
  toast = $state.raw<Toast | null>(null);
  /** False until something was chosen: a fresh window does not move the focus by itself. */
  moved = false;
  /** Somebody tried to close the window and was not asked yet what that shall mean. */
  closing = $state<Closing | null>(null);
  /** What the system can; until the shell has said so, nothing is offered. */
  abilities = $state.raw<Abilities>({ trust_certificate: false, command_line: null });
  dialog: Start["dialog"];
  moving: Start["moving"];
  use: Start["use"];
  /** Platforms whose price for an answer the person has seen and taken. */
  readonly paid: string[] = [];
  readonly api: Api;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #catalogue: ProviderView[] = [];
  #fetching: Promise<void> | null = null;
  #stale = false;

  constructor(api: Api, view: AppView, start: Start = {}) {
    this.api = api;
    this.view = view;
    this.dialog = start.dialog;
    this.moving = start.moving;
    this.use = start.use;
    this.flow = new LoginFlow(api, () => this.view);
    if (start.route) this.route = start.route;
    api.onChanged(() => void this.#hear());
    void this.#heed();
    void this.ask();
    void this.#list();
  }

  /** Fetches every platform: at the start, and when the relay page, which is in redirect addresses, has changed. */
  async #list(): Promise<void> {
    try {
      this.#catalogue = await this.api.catalogue();
      this.view = this.#whole(this.view);
    } catch {
      // Accounts and their apps go on without the other platforms.
    }
  }

  /** A view with the platforms that are not in use as well. */
  #whole(view: AppView): AppView {
    const used = new Map(view.providers.map((provider) => [provider.id, provider]));
    const providers = this.#catalogue.map((provider) => used.get(provider.id) ?? provider);
    const listed = new Set(providers.map((provider) => provider.id));
    return { ...view, providers: [...providers, ...view.providers.filter((provider) => !listed.has(provider.id))] };
  }

  /** Asks what the system can. */
  async ask(): Promise<void> {
    try {
      this.abilities = await this.api.abilities();
    } catch {
      // A shell that cannot say so can nothing.
    }
  }

  /** Fetches the view again; calls that come meanwhile are answered by one more fetch. */
  async refresh(): Promise<void> {
    if (this.#fetching) {
      this.#stale = true;
      return this.#fetching;
    }
    this.#fetching = this.#fetch();
    await this.#fetching;
    this.#fetching = null;
  }

  /** Something has changed: in the keeper, at the window or in the tray. */
  async #hear(): Promise<void> {
    await this.refresh();
    await this.#heed();
  }

  /** What was wanted from outside the page: that an account is shown, that the window closes. */
  async #heed(): Promise<void> {
    try {
      const [wanted, closing] = await Promise.all([this.api.wantedAccount(), this.api.closing()]);
      if (closing) this.closing = closing;
      if (wanted && this.account(wanted)) this.go({ at: "account", id: wanted });
    } catch {
      // A shell that cannot say so wants nothing.
    }
  }

  async #fetch(): Promise<void> {
    do {
      this.#stale = false;
      const relay = this.view.settings.relay;
      this.view = this.#whole(await this.api.view());
      if (this.view.settings.relay !== relay) await this.#list();
    } while (this.#stale);
  }

  go(route: Route): void {
    this.moved = true;
    this.dialog = this.moving = this.use = undefined;
    this.route = route;
  }

  /** True for a login that still waits, for consent or for a decision, or that ended while one looked elsewhere. */
  get loginPending(): boolean {
    const { stage, seen } = this.flow;
    return stage === "waiting" || stage === "held" || ((stage === "failed" || stage === "done") && !seen);
  }

  /** To the tiles; a login that still stands is shown instead of begun anew. */
  add(): void {
    if (!this.loginPending) this.flow = new LoginFlow(this.api, () => this.view);
    this.go({ at: "add" });
  }

  /** Whether this account's token can be won anew: what was only adopted has neither a way to the browser nor a form. */
  canLogIn(account: AccountView): boolean {
    return offered(this.provider(account.provider));
  }

  /** Wins an account's token anew; what stands beneath another account comes with that one. */
  logInAgain(account: AccountView, rerequest = false): void {
    const whose = this.account(account.parent) ?? account;
    const provider = this.provider(whose.provider);
    if (!provider || !this.canLogIn(whose)) return;
    this.flow = new LoginFlow(this.api, () => this.view);
    this.flow.again(provider, whose, rerequest);
    this.go({ at: "add" });
  }

  /** Wins a token of one kind for an app, with the keys that are here or with new ones. */
  addFor(provider: ProviderView, client: ClientView | null, name: string): void {
    this.flow = new LoginFlow(this.api, () => this.view);
    this.flow.begin(provider, client?.id ?? null, name);
    this.go({ at: "add" });
  }

  /** The account that is shown: home shows the first one, and so does the route of one that has just gone. */
  get chosen(): AccountView | undefined {
    const route = this.route;
    const first = rowsOf(this.view.accounts)[0]?.account;
    if (route.at === "home") return first;
    return route.at === "account" || route.at === "pages" ? (this.account(route.id) ?? first) : undefined;
  }

  account(id: string | null): AccountView | undefined {
    return this.view.accounts.find((account) => account.id === id);
  }

  client(id: string | null): ClientView | undefined {
    return this.view.clients.find((client) => client.id === id);
  }

  provider(id: string | null): ProviderView | undefined {
    return this.view.providers.find((provider) => provider.id === id);
  }

  /** The platform's name; its id where its file is gone. */
  platform(id: string): string {
    const provider = this.provider(id);
    return provider ? platformName(this.view.providers, provider) : id;
  }

  /** Says something at the bottom right: for a moment, or with a countdown of the clipboard. */
  say(text: string, seconds = 0): void {
    clearTimeout(this.#closing);
    this.toast = { text, until: seconds > 0 ? Date.now() / 1000 + seconds : null };
    this.#closing = setTimeout(() => (this.toast = null), (seconds || MESSAGE) * 1000);
  }

  /** Runs a call whose failure is worth no more than a message. */
  async attempt(call: Promise<unknown>, explain: (error: ReturnType<typeof asError>) => string): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (thrown) {
      this.say(explain(asError(thrown)));
      return false;
    }
  }
}
