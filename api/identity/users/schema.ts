import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { object, string, wrapped } from '../../http/parameter-types.ts';
import { flag, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { openBodies } from '../open-bodies.ts';
import { collectionOf, oneNoun, openShape, selfLinks } from '../response-types.ts';

export const USER_ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name'),
  enabled: member.boolean('enabled'),
  email: member.text('email'),
  description: member.text('description'),
  default_project_id: member.text('defaultProjectId'),
  domain_id: constant(DEFAULT_DOMAIN.id),
};

interface UserMembers {
  readonly description?: string | null;
  readonly email?: string | null;
  readonly default_project_id?: string | null;
  readonly domain_id?: string | null;
  readonly password?: string | null;
  readonly enabled?: boolean;
}
export interface UserCreate {
  readonly user: UserMembers & { readonly name: string };
}
export interface UserUpdate {
  readonly user: UserMembers & { readonly name?: string };
}
export interface PasswordChange {
  readonly user: { readonly original_password: string; readonly password: string };
}

const name: Schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '[\\S]+' };
const text = (maxLength: number): Schema => ({ type: ['string', 'null'], maxLength });
const members: Readonly<Record<string, Schema>> = {
  name,
  description: text(4_096),
  email: text(255),
  default_project_id: text(64),
  domain_id: text(64),
  password: { type: ['string', 'null'], minLength: 1, maxLength: 1024 },
  enabled: flag,
};
/** The attributes that have a meaning; all others are the client's own. */
export const KNOWN_ATTRIBUTES: readonly string[] = [
  ...Object.keys(members),
  'id',
  'links',
  'options',
  'password_expires_at',
];

export const { create: createUserBody, update: updateUserBody } = openBodies('user', members);
export const changePasswordBody = always(
  wrapped(
    'user',
    object(
      {
        original_password: { type: 'string', maxLength: 1024 },
        password: { type: 'string', minLength: 1, maxLength: 1024 },
      },
      ['original_password', 'password'],
    ),
  ),
);

const view = openShape({
  id: string,
  name: string,
  description: string,
  'email?': string,
  enabled: flag,
  domain_id: string,
  'default_project_id?': string,
  options: object({}),
  password_expires_at: stringOrNull,
  links: selfLinks,
});
export const listUsersQuery = always(listQuery(USER_ATTRIBUTES));
export const userResponse = oneNoun('user', view);
export const usersResponse = collectionOf('users', view);
