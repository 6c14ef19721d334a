import { type ByVersion, joinVersions, mapVersions } from '../../../http/by-version.ts';
import { arrayOf, object, orNull, string } from '../../../http/parameter-types.ts';
import {
  flag,
  integer,
  links,
  type MemberChanges,
  mapOf,
  oneOf,
  pageOf,
  shape,
  shapes,
  stringOrNull,
  textMap,
} from '../../../http/response-types.ts';
import type { Schema } from '../../../http/validator.ts';

/** What answers about servers carry: one table of members for each form of a server, by the microversion that changed them. */

const anything: Schema = {};
const groups = arrayOf(shape({ name: string }));

const address = { version: { type: 'integer', enum: [4, 6] }, addr: string };
/** Addresses by network. */
export const plainAddresses = mapOf(arrayOf(shape(address)));
const extendedAddresses = mapOf(
  arrayOf(shape({ ...address, 'OS-EXT-IPS:type': oneOf('fixed', 'floating'), 'OS-EXT-IPS-MAC:mac_addr': string })),
);

const flavorBefore47 = shape({ id: string, links });
const flavorInServer = shape({
  original_name: string,
  vcpus: integer,
  ram: integer,
  disk: integer,
  ephemeral: integer,
  swap: integer,
  'extra_specs?': textMap,
});
const image = shape({ id: string, links });
const imageWithProperties = shape({ id: string, links, properties: mapOf(anything) });
const fault = shape({ code: integer, created: string, message: string, 'details?': string });

const brief = { id: string, name: string, links };
/** From 2.69 on a server of a silent cell has a status: UNKNOWN. */
const briefServer = shapes({ 1: brief, 69: { 'status?': oneOf('UNKNOWN') } });

const PLAIN: ByVersion<MemberChanges> = {
  1: {
    ...brief,
    status: string,
    tenant_id: string,
    user_id: string,
    metadata: textMap,
    hostId: string,
    image,
    flavor: flavorBefore47,
    created: string,
    updated: string,
    addresses: plainAddresses,
    accessIPv4: string,
    accessIPv6: string,
    'OS-DCF:diskConfig': oneOf('AUTO', 'MANUAL'),
    'progress?': integer,
    'fault?': fault,
  },
  9: { locked: flag },
  19: { description: stringOrNull },
  26: { tags: arrayOf(string) },
  47: { flavor: flavorInServer },
  63: { trusted_image_certificates: orNull(arrayOf(string)) },
  73: { locked_reason: stringOrNull },
};

/** Members with a question mark here are for those whom a policy lets see them. */
const EXTENSIONS: ByVersion<MemberChanges> = {
  1: {
    addresses: extendedAddresses,
    config_drive: string,
    key_name: stringOrNull,
    security_groups: groups,
    'OS-SRV-USG:launched_at': stringOrNull,
    'OS-SRV-USG:terminated_at': stringOrNull,
    'OS-EXT-STS:task_state': stringOrNull,
    'OS-EXT-STS:vm_state': string,
    'OS-EXT-STS:power_state': integer,
    'OS-EXT-AZ:availability_zone': string,
    'os-extended-volumes:volumes_attached': arrayOf(anything, { maxItems: 0 }),
    'OS-EXT-SRV-ATTR:host?': stringOrNull,
    'OS-EXT-SRV-ATTR:hypervisor_hostname?': stringOrNull,
    'OS-EXT-SRV-ATTR:instance_name?': stringOrNull,
  },
  3: {
    'OS-EXT-SRV-ATTR:reservation_id?': string,
    'OS-EXT-SRV-ATTR:launch_index?': integer,
    'OS-EXT-SRV-ATTR:hostname?': string,
    'OS-EXT-SRV-ATTR:kernel_id?': string,
    'OS-EXT-SRV-ATTR:ramdisk_id?': string,
    'OS-EXT-SRV-ATTR:root_device_name?': string,
    'OS-EXT-SRV-ATTR:user_data?': stringOrNull,
  },
  16: { 'host_status?': string },
  90: { 'OS-EXT-SRV-ATTR:hostname': string },
  96: { pinned_availability_zone: stringOrNull },
  98: { image: imageWithProperties },
  100: { scheduler_hints: mapOf(arrayOf(anything)) },
};

/** From 2.69 on a server whose cell is silent is shown as far as the directory knows it; null stands for the rest. */
const UNKNOWN_MEMBERS: ByVersion<MemberChanges> = {
  69: { 'OS-EXT-STS:vm_state': stringOrNull, 'host_status?': stringOrNull, locked: orNull(flag) },
};

/** Only answers about one server say its groups. */
const GROUPS: ByVersion<MemberChanges> = { 71: { server_groups: arrayOf(string) } };

/** The steps of several tables as one; of the same step, later tables win. */
const together = (...tables: readonly ByVersion<MemberChanges>[]): ByVersion<MemberChanges> => {
  const steps = new Set(tables.flatMap((table) => Object.keys(table).map(Number)));
  return Object.fromEntries(
    [...steps].map((minor) => [minor, Object.assign({}, ...tables.map((table) => table[minor] ?? {}))]),
  );
};
const one = (server: Schema): Schema => shape({ server });

export const serversResponse = mapVersions(briefServer, (server) => pageOf('servers', server));
export const serversDetailResponse = mapVersions(shapes(together(PLAIN, EXTENSIONS, UNKNOWN_MEMBERS)), (server) =>
  pageOf('servers', server),
);
export const serverResponse = mapVersions(shapes(together(PLAIN, EXTENSIONS, UNKNOWN_MEMBERS, GROUPS)), one);

/** An update was answered without what extensions had added, until 2.75. */
const withExtensions = shapes(together(PLAIN, EXTENSIONS, GROUPS));
const plainUntil75 = shapes(together(PLAIN, GROUPS));
export const updatedServerResponse = mapVersions(
  joinVersions(
    joinVersions(plainUntil75, withExtensions, (plain, whole) => ({ plain, whole })),
    { 1: 'plain', 75: 'whole' } as const,
    (forms, form) => forms[form],
  ),
  one,
);

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

export const addressesResponse = { 1: shape({ addresses: plainAddresses }) };
/** One network by its name. */
export const networkAddressesResponse = {
  1: { ...object({}), minProperties: 1, maxProperties: 1, additionalProperties: arrayOf(shape(address)) },
};

const port = shapes({
  1: {
    port_id: string,
    net_id: string,
    mac_addr: string,
    port_state: string,
    fixed_ips: arrayOf(shape({ subnet_id: string, ip_address: string })),
  },
  70: { tag: stringOrNull },
});
export const interfacesResponse = mapVersions(port, (item) => shape({ interfaceAttachments: arrayOf(item) }));
export const interfaceResponse = mapVersions(port, (item) => shape({ interfaceAttachment: item }));
export const securityGroupsResponse = {
  1: shape({
    security_groups: arrayOf(
      shape({ id: string, name: string, description: string, tenant_id: string, rules: arrayOf(anything) }),
    ),
  }),
};

export const metadataResponse = { 1: shape({ metadata: textMap }) };
export const metaResponse = { 1: shape({ meta: { ...textMap, minProperties: 1, maxProperties: 1 } }) };
export const tagsResponse = { 26: shape({ tags: arrayOf(string) }) };

const ACTION: ByVersion<MemberChanges> = {
  1: {
    action: string,
    instance_uuid: string,
    message: stringOrNull,
    project_id: stringOrNull,
    request_id: string,
    start_time: string,
    user_id: stringOrNull,
  },
  58: { updated_at: string },
};
const event = shapes({
  1: {
    event: string,
    start_time: string,
    finish_time: stringOrNull,
    result: stringOrNull,
    'traceback?': stringOrNull,
  },
  62: { hostId: string, 'host?': stringOrNull },
  84: { 'details?': stringOrNull },
});
export const instanceActionsResponse = joinVersions(shapes(ACTION), { 1: {}, 58: { 'links?': links } }, (item, more) =>
  shape({ instanceActions: arrayOf(item), ...more }),
);
/** Until 2.50 only admins saw events. */
const events: ByVersion<MemberChanges> = {
  ...mapVersions(event, (item): MemberChanges => ({ 'events?': arrayOf(item) })),
  51: { events: arrayOf(event[1] ?? {}) },
  62: { events: arrayOf(event[62] ?? {}) },
  84: { events: arrayOf(event[84] ?? {}) },
};
export const instanceActionResponse = mapVersions(shapes(together(ACTION, events)), (item) =>
  shape({ instanceAction: item }),
);
