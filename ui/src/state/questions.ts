// The form before a login: which of a platform's questions it asks, and which answers are secret.
import type { ProviderView, QuestionKind, QuestionView } from "../shell/wire";

const SECRET: QuestionKind[] = ["client-secret", "access-token", "token-secret"];
/** No app answers these: they are the token itself. */
const BROUGHT: QuestionKind[] = ["access-token", "token-secret"];

/** Its field is emptied on submit. */
export function isSecret(question: QuestionView): boolean {
  return SECRET.includes(question.kind);
}

/** The question for the app's type, if the platform has several. */
export function typeQuestion(provider: ProviderView | null): QuestionView | undefined {
  return provider?.questions.find((question) => question.kind === "client-type");
}

/** The questions that remain: none that a known app answers, and no secret for an app without one. */
export function asked(provider: ProviderView, answers: Record<string, string>, known: boolean): QuestionView[] {
  if (known) return provider.questions.filter((question) => BROUGHT.includes(question.kind));
  const types = typeQuestion(provider);
  const chosen = types?.options.find((option) => option.id === answers[types.id]);
  return provider.questions.filter((question) => question.kind !== "client-secret" || !types || chosen?.secret);
}
