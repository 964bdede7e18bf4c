// Whether a text looks like a credential. Such a text belongs in a secret field, and in no other: it is decided here, before anything is
// drawn. Which platform it may be of: `recognise` of the shell.

/** Shorter texts are names of platforms and servers. */
const SHORTEST = 16;

/** A name in front of a value, as in a file, a header, an address or an answer. */
const LABELLED = /(token|secret|password|api_?key|bearer|authorization)["']?\s*[:= ]\s*["']?\S/i;

/** A server, a handle or an address: what people look for here. */
const PLACE = /^(https?:\/\/\S*|@?[\w.-]+@[\w.-]+|@?([a-z0-9-]{1,40}\.)+[a-z]{2,24}(:\d+)?\/?)$/;

export function looksLikeCredential(text: string): boolean {
  const trimmed = text.trim();
  if (LABELLED.test(trimmed)) return true;
  if (trimmed.length < SHORTEST || !/^[\x21-\x7e]+$/.test(trimmed) || PLACE.test(trimmed)) return false;
  // A long word has no digit in it; an app password is groups of letters.
  return /\d/.test(trimmed) || /^[a-z]{4}(-[a-z]{4})+$/.test(trimmed) || (/[a-z]/.test(trimmed) && /[A-Z]/.test(trimmed));
}
