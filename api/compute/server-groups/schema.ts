import { mapVersions } from '../../http/by-version.ts';
import {
  arrayOf,
  looseQuery,
  name,
  nonNegativeInteger,
  object,
  positiveInteger,
  several,
  strictQuery,
  string,
  wrapped,
} from '../../http/parameter-types.ts';
import { integer, oneOf, pageOf, shape, shapes } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const HARD = ['anti-affinity', 'affinity'];
const SOFT = ['soft-anti-affinity', 'soft-affinity'];

/** One policy, in a list until 2.63. */
const listed = (policies: readonly string[]): Schema =>
  object(
    {
      name,
      policies: {
        type: 'array',
        items: { type: 'string', enum: policies },
        uniqueItems: true,
        minItems: 1,
        maxItems: 1,
      },
    },
    ['name', 'policies'],
  );

export const createGroupBody = {
  0: wrapped('server_group', listed(HARD)),
  15: wrapped('server_group', listed([...HARD, ...SOFT])),
  64: wrapped(
    'server_group',
    object(
      {
        name,
        policy: { type: 'string', enum: [...HARD, ...SOFT] },
        rules: object({ max_server_per_host: { ...positiveInteger, maximum: 2_147_483_647 } }),
      },
      ['name', 'policy'],
    ),
  ),
};

const PAGE = {
  all_projects: several(string),
  limit: several(nonNegativeInteger),
  offset: several(nonNegativeInteger),
};
export const listGroupsQuery = { 1: looseQuery(PAGE), 75: strictQuery(PAGE) };

const policyName = oneOf(...HARD, ...SOFT);
const group = shapes({
  1: { id: string, name: string, members: arrayOf(string), policies: arrayOf(policyName), metadata: shape({}) },
  13: { project_id: string, user_id: string },
  64: {
    policies: undefined,
    metadata: undefined,
    policy: policyName,
    rules: shape({ 'max_server_per_host?': integer }),
  },
});
export const groupResponse = mapVersions(group, (one) => shape({ server_group: one }));
export const groupsResponse = mapVersions(group, (one) => pageOf('server_groups', one));
