import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, object, string, wrapped } from '../../http/parameter-types.ts';
import { flag, type Members, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { collectionOf, oneNoun, selfLinks } from '../response-types.ts';

export const CREDENTIAL_ATTRIBUTES = { name: member.text('name') };

export interface RoleReference {
  readonly id?: string;
  readonly name?: string;
}
export interface CredentialCreate {
  readonly application_credential: {
    readonly name: string;
    readonly description?: string | null;
    readonly secret?: string | null;
    readonly expires_at?: string | null;
    readonly unrestricted?: boolean;
    readonly roles?: readonly RoleReference[];
  };
}

const roleName: Schema = { type: 'string', maxLength: 255 };
const roleReference = { ...object({ id: roleName, name: roleName, domain_id: {}, domain: {} }), minProperties: 1 };
export const createCredentialBody = always(
  wrapped(
    'application_credential',
    object(
      {
        name: { type: 'string', minLength: 1, maxLength: 255 },
        description: { type: ['string', 'null'], maxLength: 4_096 },
        secret: { type: ['string', 'null'], minLength: 1, maxLength: 255 },
        expires_at: { type: ['string', 'null'], maxLength: 64 },
        unrestricted: flag,
        roles: arrayOf(roleReference, { maxItems: 100 }),
        project_id: { type: ['string', 'null'], maxLength: 64 },
        access_rules: arrayOf({}, { maxItems: 0 }),
      },
      ['name'],
    ),
  ),
);

/** Without a zone, as the Identity API has it for application credentials. */
const expiry: Schema = { type: ['string', 'null'], pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}$' };
const members: Members = {
  id: string,
  name: string,
  description: string,
  project_id: string,
  user_id: string,
  unrestricted: flag,
  expires_at: expiry,
  roles: arrayOf(shape({ id: string, name: string, domain_id: { type: 'null' } })),
  system: { type: 'null' },
  links: selfLinks,
};
export const listCredentialsQuery = always(listQuery(CREDENTIAL_ATTRIBUTES));
export const credentialResponse = oneNoun('application_credential', shape(members));
/** The secret is shown once. */
export const createdCredentialResponse = oneNoun('application_credential', shape({ ...members, secret: string }));
export const credentialsResponse = collectionOf('application_credentials', shape(members));
