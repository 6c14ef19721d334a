import { always } from '../../http/by-version.ts';
import { arrayOf, looseQuery, several, string } from '../../http/parameter-types.ts';
import { emptyList, flag, type Members, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { catalog } from '../catalog/schema.ts';
import { selfLinks } from '../response-types.ts';

interface DomainReference {
  readonly id?: string;
  readonly name?: string;
}
export interface UserReference {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: DomainReference;
}
/** The methods of authentication. */
export interface Identity {
  readonly methods: readonly string[];
  readonly password?: { readonly user: UserReference & { readonly password: string } };
  readonly token?: { readonly id: string };
  readonly application_credential?: {
    readonly id?: string;
    readonly name?: string;
    readonly secret: string;
    readonly user?: UserReference;
  };
}
/** The scope of a token. */
export type Scope =
  | undefined
  | 'unscoped'
  | {
      readonly project?: UserReference;
      readonly domain?: DomainReference;
      readonly system?: { readonly all: boolean };
      readonly unscoped?: object;
    };
export interface AuthRequest {
  readonly auth: { readonly identity: Identity; readonly scope?: Scope };
}

/** Objects of a log-in may carry members that are not known; Keystone ignores them. */
const open = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});
const text = { type: 'string', maxLength: 1024 } as const;
const domain = open({ id: text, name: text });
const reference = { id: text, name: text, domain };

/** `POST /v3/auth/tokens` (keystone/auth/schema.py). */
export const authBody = always(
  open(
    {
      auth: open(
        {
          identity: open(
            {
              methods: arrayOf(text, { minItems: 1, maxItems: 10 }),
              password: open({ user: open({ ...reference, password: text }, ['password']) }, ['user']),
              token: open({ id: { type: 'string', maxLength: 8192 } }, ['id']),
              application_credential: open({ id: text, name: text, secret: text, user: open(reference) }, ['secret']),
            },
            ['methods'],
          ),
          scope: {
            anyOf: [
              { const: 'unscoped' },
              open({ project: open(reference), domain, system: open({ all: flag }, ['all']), unscoped: open({}) }),
            ],
          },
        },
        ['identity'],
      ),
    },
    ['auth'],
  ),
);

const named = shape({ id: string, name: string });
const moment: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' };
const token: Members = {
  methods: arrayOf(string),
  user: shape({ id: string, name: string, domain: named, password_expires_at: stringOrNull }),
  audit_ids: arrayOf(string),
  expires_at: moment,
  issued_at: moment,
  'application_credential?': shape({ id: string, restricted: flag }),
  'project?': shape({ id: string, name: string, domain: named }),
  'is_domain?': flag,
  'roles?': arrayOf(named),
  'catalog?': catalog,
};
export const tokenQuery = always(looseQuery({ nocatalog: several(string), allow_expired: several(string) }));
export const tokenResponse = always(shape({ token: shape(token) }));
export const catalogResponse = always(shape({ catalog, links: selfLinks }));
export const systemResponse = always(shape({ system: emptyList, links: selfLinks }));
