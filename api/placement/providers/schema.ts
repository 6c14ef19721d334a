import { mapVersions } from '../../http/by-version.ts';
import { arrayOf, several, single, string, uuid } from '../../http/parameter-types.ts';
import { integer, links, mapOf, number, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import { everyVersion, queries } from '../response-types.ts';

export const listProvidersQuery = queries({
  0: { name: single(string), uuid: single(uuid) },
  3: { member_of: single(string) },
  4: { resources: single(string) },
  14: { in_tree: single(string) },
  18: { required: single(string) },
  24: { member_of: several(string) },
  39: { required: several(string) },
});

const provider = shapes({
  0: { uuid: string, name: string, generation: integer, links },
  14: { parent_provider_uuid: stringOrNull, root_provider_uuid: string },
});
export const providerResponse = provider;
export const providersResponse = mapVersions(provider, (one) => shape({ resource_providers: arrayOf(one) }));

const inventory = {
  total: integer,
  reserved: integer,
  min_unit: integer,
  max_unit: integer,
  step_size: integer,
  allocation_ratio: number,
};
const generation = { resource_provider_generation: integer };
export const inventoriesResponse = everyVersion(shape({ ...generation, inventories: mapOf(shape(inventory)) }));
export const inventoryResponse = everyVersion(shape({ ...generation, ...inventory }));
export const usagesResponse = everyVersion(shape({ ...generation, usages: mapOf(integer) }));
export const aggregatesResponse = shapes({ 0: { aggregates: arrayOf(string) }, 19: generation });
export const providerTraitsResponse = everyVersion(shape({ ...generation, traits: arrayOf(string) }));

const taken = { resources: mapOf(integer) };
export const providerAllocationsResponse = mapVersions(
  shapes({ 0: taken, 28: { consumer_generation: integer } }),
  (one) => shape({ ...generation, allocations: mapOf(one) }),
);
