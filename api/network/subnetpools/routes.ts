import { randomUUID } from 'node:crypto';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import {
  changeSubnetPool,
  deleteSubnetPool,
  getSubnetPool,
  insertSubnetPool,
  listSubnetPools,
  lockSubnetPool,
  type SubnetPoolRecord,
} from '#platform/directory/stores/subnet-pools.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { authorizeAttributes, ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import * as policies from './policy.ts';
import { readRanges } from './read-pool.ts';
import * as schemas from './schema.ts';
import { requireScope } from './scope-of-pool.ts';
import { subnetPoolView } from './view.ts';

const PATH = '/v2.0/subnetpools';

/** Pools of addresses for subnets: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/subnetpools`. */
export function subnetPoolRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const noun = nounOf({
    one: 'subnetpool',
    many: 'subnetpools',
    path: 'subnetpools',
    policy: policies.GET_SUBNETPOOL,
    attributes: schemas.SUBNETPOOL_ATTRIBUTES,
    query: schemas.listSubnetPoolsQuery,
    responses: { list: schemas.listSubnetPoolsResponse, show: schemas.showSubnetPoolResponse },
    list: ({ caller }, listing) => listSubnetPools(directory.read, caller, listing),
    get: (caller, id) => getSubnetPool(directory.read, caller, id),
    views: (rows, { caller }) => rows.map((row) => subnetPoolView(row, caller)),
  });
  return [
    listRoute(noun, 'Lists pools of subnets.'),
    route<Created<schemas.NewSubnetPool>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates a pool of subnets, or several.',
      policy: policies.CREATE_SUBNETPOOL,
      authorizes: 'handler',
      body: schemas.createSubnetPoolBody,
      status: 201,
      response: schemas.createSubnetPoolResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'subnetpool', 'subnetpools');
        const pools = items.map((given) => newPool(caller, given, now()));
        const owners = pools.map(({ projectId }) => projectId);
        await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'subnetpool', owners);
          for (const pool of pools) {
            await requireScope(tx, caller, pool);
            await insertSubnetPool(tx, pool);
          }
        });
        return answer(pools.map((pool) => subnetPoolView(pool, caller)));
      },
    }),
    showRoute(noun, 'Shows a pool of subnets.'),
    route<schemas.SubnetPoolUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes a pool of subnets. Its ranges may only grow.',
      policy: policies.UPDATE_SUBNETPOOL,
      authorizes: 'handler',
      body: schemas.updateSubnetPoolBody,
      response: schemas.showSubnetPoolResponse,
      handle: async ({ body: { subnetpool: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        const pool = await directory.transaction(async (tx) => {
          const locked = authorizeOwner(policies.UPDATE_SUBNETPOOL, caller, await lockSubnetPool(tx, caller, id));
          authorizeAttributes(policies.UPDATE_WITH, caller, given);
          checkRevision(locked);
          const changes = {
            ...(given.name === undefined ? {} : { name: given.name }),
            ...(given.description === undefined ? {} : { description: given.description }),
            ...(given.is_default === undefined ? {} : { isDefault: given.is_default }),
            ...(given.default_quota === undefined ? {} : { defaultQuota: quotaOf(given.default_quota) }),
            ...(given.address_scope_id === undefined ? {} : { addressScopeId: given.address_scope_id }),
            ...readRanges(given, locked),
            updatedAt: now(),
          };
          await requireScope(tx, caller, { ...locked, ...changes });
          return changeSubnetPool(tx, locked, changes);
        });
        return { subnetpool: subnetPoolView(pool, caller) };
      },
    }),
    deleteRoute(noun, {
      summary: 'Deletes a pool that no subnet has a range of.',
      policy: policies.DELETE_SUBNETPOOL,
      directory,
      lock: lockSubnetPool,
      remove: deleteSubnetPool,
    }),
  ];
}

function newPool(caller: Authorizing, given: schemas.NewSubnetPool, now: string): SubnetPoolRecord {
  authorizeAttributes(policies.CREATE_WITH, caller, given);
  return {
    id: randomUUID(),
    projectId: ownerOf(policies.CREATE_SUBNETPOOL, caller, given),
    name: given.name ?? '',
    description: given.description ?? '',
    ...readRanges(given),
    defaultQuota: quotaOf(given.default_quota ?? null),
    shared: given.shared === true,
    isDefault: given.is_default === true,
    addressScopeId: given.address_scope_id ?? null,
    tags: [],
    ...{ createdAt: now, updatedAt: now, revision: 0 },
  };
}

const quotaOf = (given: number | string | null): number | null => (given === null ? null : Number(given));
