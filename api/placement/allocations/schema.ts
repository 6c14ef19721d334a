import { string } from '../../http/parameter-types.ts';
import { integer, mapOf, shape, shapes } from '../../http/response-types.ts';

const allocation = shape({ generation: integer, resources: mapOf(integer) });

/** A consumer without allocations has the member `allocations` alone. */
export const allocationsResponse = shapes({
  0: { allocations: mapOf(allocation) },
  12: { 'project_id?': string, 'user_id?': string },
  28: { 'consumer_generation?': integer },
  38: { 'consumer_type?': string },
});
