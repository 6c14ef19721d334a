import { type ByVersion, mapVersions } from '../../../http/by-version.ts';
import { arrayOf, orNull, string } from '../../../http/parameter-types.ts';
import {
  flag,
  integer,
  links,
  type MemberChanges,
  mapOf,
  oneOf,
  shape,
  shapes,
  stringOrNull,
  textMap,
  together,
} from '../../../http/response-types.ts';
import type { Schema } from '../../../http/validator.ts';

/** What answers about servers carry: one table of members for each form of a server, by the microversion that changed them. */

const anything: Schema = {};
export const groups = arrayOf(shape({ name: string }));

export const address = { version: { type: 'integer', enum: [4, 6] }, addr: string };
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

export const brief = { id: string, name: string, links };
export const PLAIN: ByVersion<MemberChanges> = {
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
export const EXTENSIONS: ByVersion<MemberChanges> = {
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
export const UNKNOWN_MEMBERS: ByVersion<MemberChanges> = {
  69: { 'OS-EXT-STS:vm_state': stringOrNull, 'host_status?': stringOrNull, locked: orNull(flag) },
};

/** Only answers about one server say its groups. */
export const GROUPS: ByVersion<MemberChanges> = { 71: { server_groups: arrayOf(string) } };

export const one = (server: Schema): Schema => shape({ server });

export const serverResponse = mapVersions(shapes(together(PLAIN, EXTENSIONS, UNKNOWN_MEMBERS, GROUPS)), one);
