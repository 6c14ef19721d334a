import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { object, string } from '../../http/parameter-types.ts';
import { emptyList, flag, shape } from '../../http/response-types.ts';
import { collectionOf, oneNoun, selfLinks } from '../response-types.ts';

export const DOMAIN_ATTRIBUTES = {
  id: member.text('id'),
  /** Keystone tells domains apart without regard to case. */
  name: member.text('name', (name) => (name.toLowerCase() === 'default' ? 'Default' : name)),
  enabled: member.boolean('enabled'),
};

const domain = shape({
  id: string,
  name: string,
  description: string,
  enabled: flag,
  options: object({}),
  tags: emptyList,
  links: selfLinks,
});
export const listDomainsQuery = always(listQuery(DOMAIN_ATTRIBUTES));
export const domainResponse = oneNoun('domain', domain);
export const domainsResponse = collectionOf('domains', domain);
