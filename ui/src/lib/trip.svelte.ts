// The add-an-account trip: what has been chosen and typed so far, and what the login has reported since Connect.
// Keeps everything across a failure, so that "Try again" asks nothing twice. Draws nothing and knows no OAuth.
import { asError, type Api } from "./api";
import type { AppView, ClientView, DoorKind, ErrorView, LoginEvent, LoginPlan, ProviderView, QuestionView, ServerView, StepKind } from "./wire";

export type Stage = "tiles" | "client" | "questions" | "store" | "permissions" | "waiting" | "failed" | "done";
export type Waiting = Extract<LoginEvent, { kind: "waiting" }>;

/** The order in which a login reports its steps. */
export const STEPS: StepKind[] = [
  "server-found", "door-open", "client-ready", "browser-opened",
  "answer-received", "token-received", "identity-verified", "stored",
];

export class Trip {
  stage = $state<Stage>("tiles");
  provider = $state.raw<ProviderView | null>(null);
  /** A known client, or null for a new one. */
  client = $state<string | null>(null);
  clientName = $state("Keybearer");
  answers = $state<Record<string, string>>({});
  server = $state.raw<ServerView | null>(null);
  /** The platform that was chosen first, where the server turned out to run another. */
  switchedFrom = $state<string | null>(null);
  scopes = $state<string[]>([]);
  /** Null: the first door that works. */
  door = $state<DoorKind | null>(null);
  forceLogin = $state(false);
  /** Unfolds the doors, after "Choose another door". */
  doorsOpen = $state(false);

  login = $state<string | null>(null);
  steps = $state.raw<StepKind[]>([]);
  waiting = $state.raw<Waiting | null>(null);
  hints = $state.raw<ErrorView[]>([]);
  error = $state.raw<ErrorView | null>(null);
  account = $state<string | null>(null);
  /** Whether the end was on the screen. */
  seen = $state(false);

  #api: Api;
  #view: () => AppView;
  /** Counts the logins, so that a late event of an earlier one is not taken for this one's. */
  #turn = 0;
  #looking: { typed: string; answer: Promise<ServerView> } | null = null;

  constructor(api: Api, view: () => AppView) {
    this.#api = api;
    this.#view = view;
  }

  /** Clients that could be used again. Practice registers anew each time: its server lives only while it is used. */
  get known(): ClientView[] {
    const provider = this.provider;
    return provider && !provider.practice ? this.#view().clients.filter((client) => client.provider === provider.id) : [];
  }

  get serverQuestion(): QuestionView | undefined {
    return this.provider?.questions.find((question) => question.kind === "server");
  }

  /** True while secrets have no place to go: no keychain, or a sealed file that is still closed. */
  get needsStore(): boolean {
    const store = this.#view().store;
    return store.state === "missing" || (store.kind === "sealed-file" && store.state === "locked");
  }

  /** The screens of this trip before Connect, in order. */
  get order(): Stage[] {
    const asks = this.client === null && !!this.provider && this.provider.questions.length + this.provider.console.length > 0;
    const stages: Stage[] = ["tiles"];
    if (this.known.length > 0) stages.push("client");
    if (asks) stages.push("questions");
    if (this.needsStore) stages.push("store");
    return [...stages, "permissions"];
  }

  choose(provider: ProviderView): void {
    this.#take(provider);
    this.client = null;
    this.switchedFrom = null;
    this.stage = "tiles";
    this.next();
  }

  #take(provider: ProviderView): void {
    if (provider.id !== this.provider?.id) this.answers = {};
    this.provider = provider;
    this.server = null;
    this.scopes = provider.scopes.filter((scope) => scope.default || scope.locked).map((scope) => scope.id);
    this.door = null;
    this.forceLogin = false;
  }

  /** Begins where an account's token has to be won anew: same client, same permissions. */
  again(provider: ProviderView, client: string | null, scopes: string[]): void {
    this.#take(provider);
    this.client = client;
    const offered = provider.scopes.filter((scope) => scope.locked || scopes.includes(scope.id)).map((scope) => scope.id);
    if (offered.length > 0) this.scopes = offered;
    this.stage = this.needsStore ? "store" : "permissions";
  }

  next(): void {
    const order = this.order;
    const here = order.indexOf(this.stage);
    // "store" drops out of the order the moment it is done.
    this.stage = (here < 0 ? "permissions" : order[here + 1]) ?? "permissions";
  }

  back(): void {
    const order = this.order;
    const here = order.indexOf(this.stage);
    this.stage = (here < 0 ? order.at(-2) : order[here - 1]) ?? "tiles";
  }

  /** Looks for the server behind what was typed; asks once for the same text. Rejects with an ErrorView. */
  async findServer(typed: string): Promise<ServerView> {
    const provider = this.provider;
    if (!provider) throw asError("no provider");
    if (this.#looking?.typed !== typed) {
      const looking = { typed, answer: this.#api.findServer(provider.id, typed) };
      this.#looking = looking;
      looking.answer.catch(() => {
        if (this.#looking === looking) this.#looking = null;
      });
    }
    return this.#looking.answer;
  }

  /** Takes the found server; where its software is another platform's, goes on as that one. */
  accept(server: ServerView): void {
    this.#looking = null;
    const other = this.#view().providers.find((provider) => provider.id === server.provider);
    const typed = this.serverQuestion && this.answers[this.serverQuestion.id];
    if (other && this.provider && other.id !== this.provider.id) {
      const from = this.provider.name;
      this.#take(other);
      this.switchedFrom = from;
    }
    if (this.serverQuestion && typed !== undefined) this.answers[this.serverQuestion.id] = typed;
    this.server = server;
  }

  #plan(provider: ProviderView): LoginPlan {
    const answers: Record<string, string> = {};
    if (this.client === null) {
      for (const question of provider.questions) answers[question.id] = (this.answers[question.id] ?? "").trim();
      if (this.serverQuestion && this.server) answers[this.serverQuestion.id] = this.server.origin;
    }
    return {
      provider: provider.id,
      client: this.client,
      client_name: this.clientName.trim() || "Keybearer",
      answers,
      scopes: provider.scopes.map((scope) => scope.id).filter((id) => this.scopes.includes(id)),
      door: this.door,
      force_login: this.forceLogin,
    };
  }

  async connect(): Promise<void> {
    const provider = this.provider;
    if (!provider) return;
    const turn = ++this.#turn;
    const plan = this.#plan(provider);
    // A secret goes in once: the field is empty from here on, and a retry asks for it again.
    for (const question of provider.questions) if (question.kind === "client-secret") this.answers[question.id] = "";
    Object.assign(this, { login: null, steps: [], waiting: null, hints: [], error: null, account: null, seen: false, stage: "waiting" });
    try {
      if (provider.practice) await this.#api.startPractice();
      const login = await this.#api.startLogin(plan, (event) => {
        if (turn === this.#turn) this.#hear(event);
      });
      if (turn === this.#turn) this.login = login;
    } catch (thrown) {
      if (turn === this.#turn) this.#fail(asError(thrown));
    }
  }

  #hear(event: LoginEvent): void {
    if (event.kind === "step") this.steps = [...this.steps, event.step];
    else if (event.kind === "waiting") this.waiting = event;
    else if (event.kind === "hint") this.hints = [...this.hints.filter((hint) => hint.code !== event.error.code), event.error];
    else if (event.kind === "failed") this.#fail(event.error);
    else {
      this.account = event.account;
      this.stage = "done";
    }
  }

  #fail(error: ErrorView): void {
    this.error = error;
    this.stage = "failed";
  }

  async cancel(): Promise<void> {
    const login = this.login;
    const turn = this.#turn;
    if (login) await this.#api.cancelLogin(login).catch(() => undefined);
    if (turn === this.#turn && this.stage === "waiting") this.#fail({ code: "cancelled", params: {}, detail: null });
  }

  /** Connects again as it was; where a secret was asked for, that is asked once more first. */
  retry(): void {
    const secret = this.client === null && this.provider?.questions.some((question) => question.kind === "client-secret");
    if (secret) this.stage = "questions";
    else void this.connect();
  }
}
