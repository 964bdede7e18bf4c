// What a running login has reported so far. What was chosen before it: login-choices.
import type { ErrorView, LoginEvent, StepKind } from "../shell/wire";

export type Waiting = Extract<LoginEvent, { kind: "waiting" }>;
export type UserCode = Extract<LoginEvent, { kind: "user-code" }>;
export type Mismatch = Extract<LoginEvent, { kind: "mismatch" }>;
export type End = "failed" | "mismatch" | "done";

/** The order in which a login reports its steps. */
export const STEPS: StepKind[] = [
  "server-found",
  "redirect-open",
  "client-ready",
  "browser-opened",
  "answer-received",
  "token-received",
  "token-exchanged",
  "identity-verified",
  "stored",
];

export class LoginProgress {
  login = $state<string | null>(null);
  steps = $state.raw<StepKind[]>([]);
  waiting = $state.raw<Waiting | null>(null);
  /** The code to enter on the platform's page (RFC 8628). */
  userCode = $state.raw<UserCode | null>(null);
  hints = $state.raw<ErrorView[]>([]);
  error = $state.raw<ErrorView | null>(null);
  mismatch = $state.raw<Mismatch | null>(null);
  account = $state<string | null>(null);
  /** Whether the end has been shown. */
  seen = $state(false);

  protected reset(): void {
    Object.assign(this, { login: null, steps: [], waiting: null, userCode: null, hints: [] });
    Object.assign(this, { error: null, mismatch: null, account: null, seen: false });
  }

  /** Takes an event. Answers how the login ended, or null. */
  protected hear(event: LoginEvent): End | null {
    if (event.kind === "step") this.steps = [...this.steps, event.step];
    else if (event.kind === "waiting") this.waiting = event;
    else if (event.kind === "user-code") this.userCode = event;
    else if (event.kind === "hint") this.hints = [...this.hints.filter((hint) => hint.code !== event.error.code), event.error];
    else if (event.kind === "failed") this.error = event.error;
    else if (event.kind === "mismatch") this.mismatch = event;
    else this.account = event.account;
    return event.kind === "failed" || event.kind === "mismatch" || event.kind === "done" ? event.kind : null;
  }
}
