import { mapVersions, replacedAt } from '../../../../http/by-version.ts';
import {
  boolean,
  description,
  diskConfig,
  extend,
  ipv4,
  ipv6,
  metadata,
  name,
  nameWithSpaces,
  object,
  orNull,
  string,
  uuid,
  without,
} from '../../../../http/parameter-types.ts';
import { shapes, stringOrNull, together } from '../../../../http/response-types.ts';
import type { Schema } from '../../../../http/validator.ts';
import { hostNameLabel, hostNameWithDomain, personality, trustedCertificates, userData } from '../../create/schema.ts';
import { EXTENSIONS, GROUPS, one, PLAIN } from '../../show/schema.ts';
import { namedBody } from '../named-body.ts';

/** Bodies of the action `rebuild` (nova/api/openstack/compute/schemas/servers.py, `rebuild` and its successors). */
export interface RebuildBody {
  readonly rebuild: {
    readonly imageRef: string;
    readonly name?: string;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly preserve_ephemeral?: boolean | string;
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly personality?: readonly { readonly path: string; readonly contents: string }[];
    readonly description?: string | null;
    readonly key_name?: string | null;
    readonly user_data?: string | null;
    readonly trusted_image_certificates?: readonly string[] | null;
    readonly hostname?: string;
  };
}

const base = object(
  {
    name: nameWithSpaces,
    imageRef: uuid,
    adminPass: string,
    metadata,
    preserve_ephemeral: boolean,
    'OS-DCF:diskConfig': diskConfig,
    accessIPv4: ipv4,
    accessIPv6: ipv6,
    personality,
  },
  ['imageRef'],
);
const since19 = extend(base, { name, description });
const since54 = extend(since19, { key_name: orNull({ type: 'string', minLength: 1, maxLength: 255 }) });
const since57 = extend(without(since54, 'personality'), { user_data: userData });
const since63 = extend(since57, { trusted_image_certificates: trustedCertificates });
const since90 = extend(since63, { hostname: hostNameLabel });
const since94 = extend(since63, { hostname: hostNameWithDomain });

const body = (schema: Schema): Schema => namedBody('rebuild', schema);
export const REBUILD = {
  1: body(base),
  19: body(since19),
  54: body(since54),
  57: body(since57),
  63: body(since63),
  90: body(since90),
  94: body(since94),
} as const;

/** An answer has these members besides those of a server; `key_name` is one of a server since 2.75. */
const ADDED = { 1: { adminPass: string }, 57: { user_data: stringOrNull } } as const;
const withExtensions = shapes(together(PLAIN, EXTENSIONS, GROUPS, ADDED));
const plainUntil75 = shapes(together(PLAIN, GROUPS, ADDED, { 54: { key_name: stringOrNull } }));
export const rebuiltServerResponse = mapVersions(replacedAt(75, plainUntil75, withExtensions), one);
