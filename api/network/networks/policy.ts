import { ANYBODY, MEMBER } from '../../http/policy.ts';
import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and `shared`. */
export const GET_NETWORK = networkPolicy('get_network', ANYBODY);
export const CREATE_NETWORK = networkPolicy('create_network', MEMBER);
export const UPDATE_NETWORK = networkPolicy('update_network', MEMBER);
export const DELETE_NETWORK = networkPolicy('delete_network', MEMBER);

/** What only an admin may give. */
export const ADMIN_KEYS = [
  'shared',
  'router:external',
  'is_default',
  'provider:network_type',
  'provider:physical_network',
  'provider:segmentation_id',
] as const;
