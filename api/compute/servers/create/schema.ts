import {
  arrayOf,
  boolean,
  description,
  deviceTag,
  diskConfig,
  extend,
  flavorRef,
  hostName,
  ipAddress,
  ipv4,
  ipv6,
  metadata,
  name,
  nameWithSpaces,
  object,
  orNull,
  positiveInteger,
  string,
  tag,
  uuid,
  without,
} from '../../../http/parameter-types.ts';
import { links, oneOf, shape } from '../../../http/response-types.ts';
import type { Schema } from '../../../http/validator.ts';
import { groups } from '../show/schema.ts';
import {
  type DeviceMapping,
  deviceMappings,
  type LegacyMapping,
  legacyMappings,
  taggedMappings,
  typedMappings,
} from './devices/schema.ts';

/** Bodies of `POST /servers` (nova/api/openstack/compute/schemas/servers.py, `create` and its successors). */
export interface CreateServerBody {
  readonly server: {
    readonly name: string;
    readonly flavorRef: string | number;
    readonly imageRef?: string;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly networks?: 'auto' | 'none' | readonly NetworkEntry[];
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly personality?: readonly { readonly path: string; readonly contents: string }[];
    readonly availability_zone?: string;
    readonly block_device_mapping?: readonly LegacyMapping[];
    readonly block_device_mapping_v2?: readonly DeviceMapping[];
    readonly config_drive?: unknown;
    readonly key_name?: string;
    readonly min_count?: number | string;
    readonly max_count?: number | string;
    readonly return_reservation_id?: unknown;
    readonly security_groups?: readonly { readonly name?: string }[];
    readonly user_data?: string | null;
    readonly description?: string | null;
    readonly tags?: readonly string[];
    readonly trusted_image_certificates?: readonly string[] | null;
    readonly host?: string;
    readonly hypervisor_hostname?: string;
    readonly hostname?: string;
  };
  readonly 'os:scheduler_hints'?: Hints;
  readonly 'OS-SCH-HNT:scheduler_hints'?: Hints;
}
export interface NetworkEntry {
  readonly uuid?: string;
  readonly port?: string | null;
  readonly fixed_ip?: string;
  readonly tag?: string;
}
export type Hints = Readonly<Record<string, unknown>>;

/** Nova leaves these without a bound; here a request does a bounded work, whatever it says. */
const MAX_SERVERS = 1_000;
const MAX_NETWORKS = 64;
const MAX_NEAR_SERVERS = 50;
const MAX_FILES = 1_000;

const count: Schema = { ...positiveInteger, maximum: MAX_SERVERS };

const networkEntry = object({ fixed_ip: ipAddress, port: orNull(uuid), uuid });
const networkEntryWithTag = extend(networkEntry, { tag: deviceTag });
const networksOf = (entry: Schema): Schema => arrayOf(entry, { maxItems: MAX_NETWORKS });
const networksOrWord = (entry: Schema): Schema => ({
  oneOf: [networksOf(entry), { type: 'string', enum: ['none', 'auto'] }],
});

export const personality = arrayOf(
  object({ path: { type: 'string' }, contents: { type: 'string', format: 'base64' } }, ['path', 'contents']),
  { maxItems: MAX_FILES },
);
export const userData: Schema = { type: ['string', 'null'], format: 'base64', maxLength: 65_535 };
export const trustedCertificates: Schema = {
  type: ['array', 'null'],
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  items: { type: 'string', minLength: 1 },
};
export const hostNameLabel: Schema = {
  type: 'string',
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
};
export const hostNameWithDomain: Schema = {
  ...hostNameLabel,
  maxLength: 255,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-.]*[a-zA-Z0-9]+$',
};

const server = object(
  {
    name: nameWithSpaces,
    imageRef: { type: 'string', anyOf: [{ format: 'uuid' }, { maxLength: 0 }, { pattern: '^https?://.+$' }] },
    flavorRef,
    adminPass: string,
    metadata,
    networks: networksOf(networkEntry),
    'OS-DCF:diskConfig': diskConfig,
    accessIPv4: ipv4,
    accessIPv6: ipv6,
    personality,
    availability_zone: { type: 'string', minLength: 1, maxLength: 255 },
    block_device_mapping: legacyMappings,
    block_device_mapping_v2: deviceMappings,
    config_drive: boolean,
    key_name: { type: 'string', minLength: 1, maxLength: 255 },
    min_count: count,
    max_count: count,
    return_reservation_id: boolean,
    security_groups: arrayOf(object({ name: { type: 'string', minLength: 1, maxLength: 255 } })),
    user_data: userData,
  },
  ['name', 'flavorRef'],
);

const uuids: Schema = { oneOf: [uuid, arrayOf(uuid, { maxItems: MAX_NEAR_SERVERS })] };
const hints: Schema = {
  type: 'object',
  properties: {
    group: uuid,
    different_host: uuids,
    same_host: uuids,
    query: { type: ['string', 'object'] },
    target_cell: { type: 'string', minLength: 1, maxLength: 255 },
    different_cell: { type: ['string', 'array'], items: { type: 'string' } },
    build_near_host_ip: ipAddress,
    cidr: { type: 'string', pattern: '^/[0-9a-f.:]+$' },
  },
  additionalProperties: true,
};

const body = (serverSchema: Schema): Schema =>
  object({ server: serverSchema, 'os:scheduler_hints': hints, 'OS-SCH-HNT:scheduler_hints': hints }, ['server']);

const since19 = extend(server, { name, description });
const since32 = extend(since19, {
  networks: networksOf(networkEntryWithTag),
  block_device_mapping_v2: taggedMappings,
});
const since33 = extend(since32, { block_device_mapping_v2: deviceMappings });
/** What a network is to be tagged with went by accident with 2.37 and came back with 2.42. */
const since37 = {
  ...extend(since19, { networks: networksOrWord(networkEntry) }),
  required: ['name', 'flavorRef', 'networks'],
};
const since42 = extend(since37, {
  networks: networksOrWord(networkEntryWithTag),
  block_device_mapping_v2: taggedMappings,
});
const since52 = extend(since42, { tags: arrayOf(tag, { maxItems: 50, uniqueItems: true }) });
const since57 = without(since52, 'personality');
const since63 = extend(since57, { trusted_image_certificates: trustedCertificates });
const since67 = extend(since63, { block_device_mapping_v2: typedMappings });
const since74 = extend(since67, { host: hostName, hypervisor_hostname: hostName });
const since90 = extend(since74, { hostname: hostNameLabel });
const since94 = extend(since90, { hostname: hostNameWithDomain });

export const CREATE_SERVER = {
  1: body(server),
  19: body(since19),
  32: body(since32),
  33: body(since33),
  37: body(since37),
  42: body(since42),
  52: body(since52),
  57: body(since57),
  63: body(since63),
  67: body(since67),
  74: body(since74),
  90: body(since90),
  94: body(since94),
} as const;

/** `adminPass` is shown this once. With `return_reservation_id` only the reservation is. */
export const createdServerResponse = {
  1: {
    anyOf: [
      shape({
        server: shape({
          id: string,
          links,
          'OS-DCF:diskConfig': oneOf('AUTO', 'MANUAL'),
          security_groups: groups,
          adminPass: string,
        }),
      }),
      shape({ reservation_id: string }),
    ],
  },
};
