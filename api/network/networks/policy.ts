import { attributePolicies, networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and `shared`. */
export const GET_NETWORK = networkPolicy('get_network');
export const CREATE_NETWORK = networkPolicy('create_network');
export const UPDATE_NETWORK = networkPolicy('update_network');
export const DELETE_NETWORK = networkPolicy('delete_network');

/** What only an admin sees, unless the operator says otherwise. */
export const SEES = attributePolicies('get_network', [
  'provider:network_type',
  'provider:physical_network',
  'provider:segmentation_id',
]);
/** What only an admin may give, unless the operator says otherwise. */
const ATTRIBUTES = [
  'shared',
  'router:external',
  'is_default',
  'provider:network_type',
  'provider:physical_network',
  'provider:segmentation_id',
] as const;
export const CREATE_WITH = attributePolicies('create_network', ATTRIBUTES);
export const UPDATE_WITH = attributePolicies('update_network', ATTRIBUTES);
