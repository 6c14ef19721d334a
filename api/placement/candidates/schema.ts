import { joinVersions, mapVersions } from '../../http/by-version.ts';
import { arrayOf, several, single, string } from '../../http/parameter-types.ts';
import { integer, mapOf, oneOf, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { queries } from '../response-types.ts';

const limit: Schema = { type: 'string', pattern: '^[1-9][0-9]{0,9}$' };

/** One group, without suffixes, until 1.24. */
const flat = queries({
  10: { resources: single(string) },
  16: { limit: single(limit) },
  17: { required: single(string) },
  21: { member_of: single(string) },
  24: { member_of: several(string) },
});

/** Groups by suffix. */
const NUMBER = '[1-9][0-9]{0,8}';
const NAME = '[a-zA-Z0-9_-]{1,64}';
function grouped(
  suffix: string,
  { tree = false, any = false, more = {} }: { tree?: boolean; any?: boolean; more?: Readonly<Record<string, Schema>> },
): Schema {
  const key = (name: string): string => `^${name}(${suffix})?$`;
  return {
    type: 'object',
    properties: { limit: single(limit), group_policy: single(oneOf('none', 'isolate')), ...more },
    patternProperties: {
      [key('resources')]: single(string),
      [key('required')]: any ? several(string) : single(string),
      [key('member_of')]: several(string),
      ...(tree ? { [key('in_tree')]: single(string) } : {}),
    },
    additionalProperties: false,
  };
}
const root = { root_required: several(string) };
const subtree = { same_subtree: several(string) };

export const candidatesQuery = {
  ...mapVersions(flat, (schema) => ({ ...schema, required: ['resources'] })),
  25: grouped(NUMBER, {}),
  31: grouped(NUMBER, { tree: true }),
  33: grouped(NAME, { tree: true }),
  35: grouped(NAME, { tree: true, more: root }),
  36: grouped(NAME, { tree: true, more: { ...root, ...subtree } }),
  39: grouped(NAME, { tree: true, any: true, more: { ...root, ...subtree } }),
};

const resources = mapOf(integer);
const allocationRequest = shapes({
  10: { allocations: arrayOf(shape({ resource_provider: shape({ uuid: string }), resources })) },
  12: { allocations: mapOf(shape({ resources })) },
  34: { mappings: mapOf(arrayOf(string)) },
});
const summary = shapes({
  10: { resources: mapOf(shape({ capacity: integer, used: integer })) },
  17: { traits: arrayOf(string) },
  29: { parent_provider_uuid: stringOrNull, root_provider_uuid: string },
});
export const candidatesResponse = joinVersions(allocationRequest, summary, (request, one) =>
  shape({ allocation_requests: arrayOf(request), provider_summaries: mapOf(one) }),
);
