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

/** The app's type: the chosen one, else the one that the platform's file proposes. */
export function chosenType(provider: ProviderView | null, answers: Record<string, string>): string | null {
  const question = typeQuestion(provider);
  return question ? answers[question.id] || question.default : null;
}

/** The questions that remain: none that a known app answers, and no secret for an app without one. */
export function asked(provider: ProviderView, answers: Record<string, string>, known: boolean): QuestionView[] {
  if (known) return provider.questions.filter((question) => BROUGHT.includes(question.kind));
  const types = typeQuestion(provider);
  const type = chosenType(provider, answers);
  const chosen = types?.options.find((option) => option.id === type);
  return provider.questions.filter((question) => question.kind !== "client-secret" || !types || chosen?.secret);
}
