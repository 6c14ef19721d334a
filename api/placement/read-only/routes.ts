import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Method, type Route, route } from '../../http/route.ts';
import { placementPolicy } from '../policy.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';

const PROVIDERS = '/resource_providers';
const PROVIDER = `${PROVIDERS}/:uuid`;
const INVENTORIES = `${PROVIDER}/inventories`;
const INVENTORY = `${INVENTORIES}/:resource_class`;
const CONSUMER = '/allocations/:consumer_uuid';

const ADD =
  'A resource provider is a host of a cell, and comes with it. Make a token with `volvox host token`, and let the host join with `volvox host join`.';
const RENAME =
  'A resource provider is a host of a cell: its name is what its compute agent reports, and it has no parent. Change the name in the configuration of the agent.';
const FORGET =
  'A resource provider is a host of a cell. Forget the host when it is gone for good: `openstack compute service delete ID` (DELETE /compute/v2.1/os-services/{id}).';
const INVENTORY_WORDS =
  'The inventory of a host is what its compute agent reports. Change compute.hostVcpus, compute.reservedVcpus and the like of the host, or conductor.cpuRatio, conductor.ramRatio or conductor.diskRatio of its cell.';
const AGGREGATES =
  'The aggregates of a provider are the host aggregates of the Compute API. Use `openstack aggregate add host` and `openstack aggregate remove host` (POST /compute/v2.1/os-aggregates/{id}/action).';
const ALLOCATIONS =
  'Allocations are the claims of servers, which a cell makes and releases with its guests. Create, resize, move or delete servers with the Compute API. `volvox doctor` shows claims that belong to no server.';

/** What belongs to the cells (decision 0036): the operation, since when Placement has it, and what to do instead. */
const REFUSALS: readonly (readonly [Method, string, number, Parameters<typeof placementPolicy>[0], string])[] = [
  ['POST', PROVIDERS, 0, 'resource_providers:create', ADD],
  ['PUT', PROVIDER, 0, 'resource_providers:update', RENAME],
  ['DELETE', PROVIDER, 0, 'resource_providers:delete', FORGET],
  ['POST', INVENTORIES, 0, 'resource_providers:inventories:create', INVENTORY_WORDS],
  ['PUT', INVENTORIES, 0, 'resource_providers:inventories:update', INVENTORY_WORDS],
  ['DELETE', INVENTORIES, 5, 'resource_providers:inventories:delete', INVENTORY_WORDS],
  ['PUT', INVENTORY, 0, 'resource_providers:inventories:update', INVENTORY_WORDS],
  ['DELETE', INVENTORY, 0, 'resource_providers:inventories:delete', INVENTORY_WORDS],
  ['PUT', `${PROVIDER}/aggregates`, 1, 'resource_providers:aggregates:update', AGGREGATES],
  ['POST', '/allocations', 13, 'allocations:manage', ALLOCATIONS],
  ['PUT', CONSUMER, 0, 'allocations:update', ALLOCATIONS],
  ['DELETE', CONSUMER, 0, 'allocations:delete', ALLOCATIONS],
  ['POST', '/reshaper', 30, 'reshaper:reshape', `${INVENTORY_WORDS} ${ALLOCATIONS}`],
];

/** Writes of what belongs to the cells. They are refused whatever they ask for, in words that say how the same is done. */
export const readOnlyRoutes = (): readonly Route[] =>
  REFUSALS.map(([method, path, since, rule, words]) =>
    route({
      method,
      path,
      since,
      summary: 'Refused: it belongs to the cell. The answer says what to do instead.',
      policy: placementPolicy(rule),
      query: ignoredQuery,
      status: 403,
      response: emptyResponse,
      handle: () => {
        throw new VolvoxError('forbidden', words);
      },
    }),
  );
