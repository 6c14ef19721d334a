import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { DEFAULT_DOMAIN } from './default-domain.ts';

/** Attributes that a client added to a user or a project: kept as they are, and shown. */
type Extra = Readonly<Record<string, unknown>>;

/** The members of a body beyond the known attributes. */
export function extraOf(given: object, known: readonly string[]): Extra {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !known.includes(name)));
}

/** There is one domain. @throws VolvoxError not-found for another one. */
export function requireDefaultDomain(domainId: string | null | undefined): void {
  if (domainId == null || domainId === DEFAULT_DOMAIN.id) return;
  throw new VolvoxError('not-found', `Could not find domain: ${domainId}.`);
}
