import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, object, string } from '../../http/parameter-types.ts';
import { flag } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { openBodies } from '../open-bodies.ts';
import { collectionOf, oneNoun, openShape, selfLinks } from '../response-types.ts';

export const PROJECT_ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name'),
  enabled: member.boolean('enabled'),
  description: member.text('description'),
  domain_id: constant(DEFAULT_DOMAIN.id),
  parent_id: constant(DEFAULT_DOMAIN.id),
  is_domain: constant(false),
  tags: member.list('tags'),
};

interface ProjectMembers {
  readonly description?: string | null;
  readonly enabled?: boolean;
  readonly domain_id?: string | null;
  readonly parent_id?: string | null;
  readonly is_domain?: boolean;
  readonly tags?: readonly string[];
}
export interface ProjectCreate {
  readonly project: ProjectMembers & { readonly name: string };
}
export interface ProjectUpdate {
  readonly project: ProjectMembers & { readonly name?: string };
}

const tag: Schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^,/]*$' };
const members: Readonly<Record<string, Schema>> = {
  name: { type: 'string', minLength: 1, maxLength: 64, pattern: '[\\S]+' },
  description: { type: ['string', 'null'], maxLength: 4_096 },
  enabled: flag,
  domain_id: { type: ['string', 'null'], maxLength: 64 },
  parent_id: { type: ['string', 'null'], maxLength: 64 },
  is_domain: flag,
  tags: arrayOf(tag, { maxItems: 80, uniqueItems: true }),
};
/** The attributes that have a meaning; all others are the client's own. */
export const KNOWN_ATTRIBUTES: readonly string[] = [...Object.keys(members), 'id', 'links', 'options'];

export const { create: createProjectBody, update: updateProjectBody } = openBodies('project', members);

const view = openShape({
  id: string,
  name: string,
  description: string,
  enabled: flag,
  domain_id: string,
  parent_id: string,
  is_domain: flag,
  tags: arrayOf(string),
  options: object({}),
  links: selfLinks,
});
export const listProjectsQuery = always(listQuery(PROJECT_ATTRIBUTES));
export const projectResponse = oneNoun('project', view);
export const projectsResponse = collectionOf('projects', view);
