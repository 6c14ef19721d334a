import { DEFAULT_DOMAIN } from '../default-domain.ts';
import type { UserReference } from './schema.ts';

type DomainReference = UserReference['domain'];

/**
 * What a request names a user by, as text: two requests that mean the same user for sure have the same text. It is made of the request alone, so it
 * tells nothing about who exists. A name counts in its domain; an id has none.
 */
export const namedUser = (reference: UserReference): string => JSON.stringify(['user', ...partsOf(reference)]);

/** The same for an application credential. */
export const namedCredential = (given: UserReference & { readonly user?: UserReference }): string =>
  JSON.stringify([
    'credential',
    ...(given.id === undefined
      ? ['name', given.name ?? null, ...(given.user === undefined ? [] : partsOf(given.user))]
      : ['id', given.id]),
  ]);

/** What is not looked at when an id is given stays out. */
const partsOf = ({ id, name, domain }: UserReference): readonly (string | null)[] =>
  id === undefined ? ['name', name ?? null, domainOf(domain)] : ['id', id];

/** The one domain has an id and a name; names of domains are compared without case. */
function domainOf(domain: DomainReference): string {
  return isDefaultDomain(domain)
    ? DEFAULT_DOMAIN.id
    : JSON.stringify([domain?.id ?? null, domain?.name?.toLowerCase()]);
}

/** Domain names are compared without case, as in Keystone. */
export function isDefaultDomain(domain: DomainReference): boolean {
  if (domain?.id !== undefined) return domain.id === DEFAULT_DOMAIN.id;
  return domain?.name?.toLowerCase() === DEFAULT_DOMAIN.name.toLowerCase();
}
