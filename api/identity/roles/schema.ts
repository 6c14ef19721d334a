import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, object, several, strictQuery, string, wrapped } from '../../http/parameter-types.ts';
import { shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { collectionOf, oneNoun, selfLinks } from '../response-types.ts';

/** Roles of domains are not offered: a filter by domain shows the roles of all, which are the only ones. */
export const ROLE_ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name'),
  description: member.text('description'),
  domain_id: { matches: (value: string) => ['', 'null', 'None'].includes(value) },
};

export interface RoleBody {
  readonly role: { readonly name?: string; readonly description?: string | null };
}
const members: Readonly<Record<string, Schema>> = {
  name: { type: 'string', minLength: 1, maxLength: 255 },
  description: { type: ['string', 'null'], maxLength: 4_096 },
  domain_id: { type: 'null' },
  options: object({}),
};
export const createRoleBody = always(wrapped('role', object(members, ['name'])));
export const updateRoleBody = always(wrapped('role', object(members)));

const role = shape({
  id: string,
  name: string,
  description: string,
  domain_id: { type: 'null' },
  options: object({}),
  links: selfLinks,
});
export const listRolesQuery = always(listQuery(ROLE_ATTRIBUTES));
export const roleResponse = oneNoun('role', role);
export const rolesResponse = collectionOf('roles', role);
export const grantedRolesResponse = collectionOf(
  'roles',
  shape({ id: string, name: string, domain_id: { type: 'null' }, links: selfLinks }),
);
export const inferencesResponse = always(
  shape({ role_inferences: arrayOf(shape({ prior_role: role, implies: arrayOf(role) })) }),
);

export const listAssignmentsQuery = always(
  strictQuery(
    Object.fromEntries(
      [
        'user.id',
        'role.id',
        'group.id',
        'scope.project.id',
        'scope.domain.id',
        'scope.system',
        'scope.OS-INHERIT:inherited_to',
        'include_names',
        'include_subtree',
        'effective',
      ].map((name) => [name, several(string)]),
    ),
  ),
);
const named = shape({ id: string, 'name?': string });
const inDomain = shape({ id: string, 'name?': string, 'domain?': named });
export const assignmentsResponse = collectionOf(
  'role_assignments',
  shape({
    role: named,
    user: inDomain,
    scope: shape({ 'project?': inDomain, 'domain?': named }),
    links: shape({ assignment: string }),
  }),
);
