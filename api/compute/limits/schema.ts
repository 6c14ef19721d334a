import { mapVersions } from '../../http/by-version.ts';
import { arrayOf, looseQuery, several, strictQuery, string } from '../../http/parameter-types.ts';
import { integer, type Members, shape, shapes } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const TENANT = { tenant_id: several(string), reserved: several(string) };
export const limitsQuery = { 1: looseQuery(TENANT), 75: strictQuery(TENANT) };

const amounts = <T extends Schema | undefined>(schema: T, ...names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const ALWAYS: Members = amounts(
  integer,
  'maxServerMeta',
  'maxTotalInstances',
  'maxTotalCores',
  'maxTotalRAMSize',
  'maxTotalKeypairs',
  'maxServerGroups',
  'maxServerGroupMembers',
  'totalInstancesUsed',
  'totalCoresUsed',
  'totalRAMUsed',
  'totalServerGroupsUsed',
);
const NETWORK = [
  'maxTotalFloatingIps',
  'maxSecurityGroups',
  'maxSecurityGroupRules',
  'totalFloatingIpsUsed',
  'totalSecurityGroupsUsed',
];
const FILES = ['maxPersonality', 'maxPersonalitySize'];

const absolute = shapes({
  1: { ...ALWAYS, ...amounts(integer, ...NETWORK, ...FILES, 'maxImageMeta') },
  36: amounts(undefined, ...NETWORK),
  39: { maxImageMeta: undefined },
  57: amounts(undefined, ...FILES),
});
export const limitsResponse = mapVersions(absolute, (one) =>
  shape({ limits: shape({ rate: arrayOf({}, { maxItems: 0 }), absolute: one }) }),
);
