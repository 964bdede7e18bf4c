// The add-an-account trip: what has been chosen and typed so far, and what the login has reported since Connect.
// Keeps everything across a failure, so that "Try again" asks nothing twice. Draws nothing and knows no OAuth.
import { asError, type Api } from "./api";
import { remedy } from "./trouble";
import type {
  AccountView, AppView, ClientView, DoorKind, DoorView, ErrorView, LoginEvent, LoginPlan, ProviderView, QuestionView, ServerView, StepKind,
} from "./wire";

export type Stage = "tiles" | "kind" | "client" | "door" | "questions" | "store" | "permissions" | "waiting" | "failed" | "held" | "done" | "adopt";
export type Waiting = Extract<LoginEvent, { kind: "waiting" }>;
export type Held = Extract<LoginEvent, { kind: "held" }>;

/** The order in which a login reports its steps. */
export const STEPS: StepKind[] = [
  "server-found", "door-open", "client-ready", "browser-opened",
  "answer-received", "token-received", "token-exchanged", "identity-verified", "stored",
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
  /** What the person has ticked off in the platform's console, by the steps' numbers. */
  ticked = $state<number[]>([]);
  /** What the console shows after saving, as the person pasted it back. */
  shown = $state("");
  /** Which account is meant; empty where any will do. */
  expect = $state("");
  forceLogin = $state(false);
  rerequest = $state(false);
  /** A token that was made elsewhere is brought along instead of won. */
  adopting = $state(false);
  /** Unfolds the doors, after "Choose another door". */
  doorsOpen = $state(false);

  login = $state<string | null>(null);
  steps = $state.raw<StepKind[]>([]);
  waiting = $state.raw<Waiting | null>(null);
  hints = $state.raw<ErrorView[]>([]);
  error = $state.raw<ErrorView | null>(null);
  held = $state.raw<Held | null>(null);
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

  /** The kinds of access that stand on one tile. */
  get kinds(): ProviderView[] {
    const tile = this.provider?.tile;
    return this.#view().providers.filter((provider) => provider.tile === tile && provider.doors.length > 0);
  }

  /** The doors as the view has them now: the relay's address comes while one looks at them. */
  get doors(): DoorView[] {
    const id = this.provider?.id;
    return this.#view().providers.find((provider) => provider.id === id)?.doors ?? this.provider?.doors ?? [];
  }

  /** The door that will be opened: the chosen one; for a known client the one that it was registered for; else the first. */
  get way(): DoorView | undefined {
    const uris = this.#view().clients.find((client) => client.id === this.client)?.redirect_uris ?? [];
    const fits = (door: DoorView) => door.redirect_uri !== null && uris.includes(door.redirect_uri);
    const wanted = this.doors.find((door) => door.kind === this.door);
    return wanted ?? (this.#byConsole ? this.doors.find(fits) : undefined) ?? this.doors[0];
  }

  /** True where the address has to be registered by hand before the login. */
  get #byConsole(): boolean {
    const provider = this.provider;
    return !!provider && !provider.registers && !provider.practice && this.doors.some((door) => door.redirect_uri !== null);
  }

  /** The address of the chosen door that the known client was not made with, so that it still has to be registered. */
  get unregistered(): string | null {
    const client = this.#view().clients.find((client) => client.id === this.client);
    const uri = this.way?.redirect_uri;
    return this.#byConsole && client && uri && !client.redirect_uris.includes(uri) ? uri : null;
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
    if (this.adopting) return this.needsStore ? ["tiles", "store", "adopt"] : ["tiles", "adopt"];
    if (this.kinds.length > 1) stages.push("kind");
    if (this.known.length > 0) stages.push("client");
    if (asks && this.#byConsole) stages.push("door");
    if (asks) stages.push("questions");
    if (this.needsStore) stages.push("store");
    return [...stages, "permissions"];
  }

  /** One platform of the tiles: where several kinds stand on its tile, asks which. */
  open(provider: ProviderView): void {
    this.#take(provider);
    if (this.kinds.length > 1) this.stage = "kind";
    else this.choose(provider);
  }

  choose(provider: ProviderView): void {
    this.#take(provider);
    this.client = null;
    this.switchedFrom = null;
    this.stage = this.kinds.length > 1 ? "kind" : "tiles";
    this.next();
  }

  adopt(): void {
    this.adopting = true;
    this.stage = "tiles";
    this.next();
  }

  #take(provider: ProviderView): void {
    if (provider.id !== this.provider?.id) Object.assign(this, { answers: {}, ticked: [], shown: "" });
    this.adopting = false;
    this.provider = provider;
    this.server = null;
    this.scopes = provider.scopes.filter((scope) => scope.default || scope.locked).map((scope) => scope.id);
    this.door = null;
    this.forceLogin = false;
    this.rerequest = false;
  }

  /** Begins where an account's token has to be won anew: same client, same permissions, the same person. */
  again(provider: ProviderView, account: AccountView, rerequest = false): void {
    this.#take(provider);
    const known = this.#view().clients.some((client) => client.id === account.client);
    this.client = known && !account.practice ? account.client : null;
    const wanted = rerequest ? [...account.scopes, ...account.declined] : account.scopes;
    const offered = provider.scopes.filter((scope) => scope.locked || wanted.includes(scope.id)).map((scope) => scope.id);
    if (offered.length > 0) this.scopes = offered;
    this.rerequest = rerequest;
    // Until it is verified, its name is its server's.
    this.expect = account.practice || account.verified === null ? "" : account.name;
    // What was adopted without a client needs one first.
    const order = this.order.filter((stage) => stage !== "tiles" && stage !== "kind" && (stage !== "client" || this.client === null));
    this.stage = order[0] ?? "permissions";
  }

  next(): void {
    const order = this.order;
    const here = order.indexOf(this.stage);
    // "store" drops out of the order the moment it is done.
    this.stage = (here < 0 ? order.at(-1) : order[here + 1]) ?? "permissions";
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
      // What stands in a console is one door's address: then it is that door and no other.
      door: this.#byConsole ? (this.way?.kind ?? null) : this.door,
      force_login: this.forceLogin,
      rerequest: this.rerequest,
      expect: this.expect.trim(),
    };
  }

  async connect(): Promise<void> {
    const provider = this.provider;
    if (!provider) return;
    const turn = ++this.#turn;
    const plan = this.#plan(provider);
    // A secret goes in once: the field is empty from here on, and a retry asks for it again.
    for (const question of provider.questions) if (question.kind === "client-secret") this.answers[question.id] = "";
    Object.assign(this, { login: null, steps: [], waiting: null, hints: [], error: null, held: null, account: null, seen: false, stage: "waiting" });
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
    else if (event.kind === "held") Object.assign(this, { held: event, stage: "held" });
    else this.#end(event.account);
  }

  #end(account: string): void {
    this.account = account;
    this.stage = "done";
  }

  #fail(error: ErrorView): void {
    this.error = error;
    this.stage = "failed";
  }

  /** Keeps the account that came back instead of the one that was meant. Rejects with an ErrorView; it is then held on. */
  async keepHeld(): Promise<void> {
    if (this.login) this.#end(await this.#api.keepHeld(this.login));
  }

  /** Forgets what is held aside, here only. */
  async discardHeld(): Promise<void> {
    if (this.login) await this.#api.discardHeld(this.login);
  }

  /** Asks the platform once more, for the account that was meant. */
  async retryHeld(): Promise<void> {
    await this.discardHeld();
    this.forceLogin = this.provider?.can_force_login ?? false;
    this.retry();
  }

  async cancel(): Promise<void> {
    const login = this.login;
    const turn = this.#turn;
    if (login) await this.#api.cancelLogin(login).catch(() => undefined);
    if (turn === this.#turn && this.stage === "waiting") this.#fail({ code: "cancelled", params: {}, detail: null });
  }

  /** Connects again as it was. A secret that was typed is in the store by then; where it is not, it is asked once more. */
  retry(): void {
    const questions = this.client === null ? (this.provider?.questions ?? []) : [];
    const secret = questions.some((question) => question.kind === "client-secret");
    const id = questions.find((question) => question.kind === "client-id")?.id;
    const made = this.known.find((client) => id && client.client_id === this.answers[id]?.trim());
    if (secret && made && remedy(this.error?.code ?? "") !== "app") this.client = made.id;
    if (secret && this.client === null) this.stage = "questions";
    else void this.connect();
  }
}
