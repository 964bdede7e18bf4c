// The form before a login: which of a platform's questions are asked, and which answers are secret. Not for how they are drawn.
import type { ProviderView, QuestionKind, QuestionView } from "../shell/wire";

const SECRET: QuestionKind[] = ["client-secret", "access-token", "token-secret"];
/** What no client answers: it is the token itself. */
const BROUGHT: QuestionKind[] = ["access-token", "token-secret"];

/** It goes in once, and its field is emptied on submit. */
export function isSecret(question: QuestionView): boolean {
  return SECRET.includes(question.kind);
}

/** The question for the client type, where a platform has several. */
export function typeQuestion(provider: ProviderView | null): QuestionView | undefined {
  return provider?.questions.find((question) => question.kind === "client-type");
}

/** What is still to be asked: nothing that a known client answers, and no secret of a client that has none. */
export function asked(provider: ProviderView, answers: Record<string, string>, known: boolean): QuestionView[] {
  if (known) return provider.questions.filter((question) => BROUGHT.includes(question.kind));
  const types = typeQuestion(provider);
  const chosen = types?.options.find((option) => option.id === answers[types.id]);
  return provider.questions.filter((question) => question.kind !== "client-secret" || !types || chosen?.secret);
}
