import { ANYBODY, MEMBER } from '../../http/policy.ts';
import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and network. */
export const GET_SUBNET = networkPolicy('get_subnet', ANYBODY);
export const CREATE_SUBNET = networkPolicy('create_subnet', MEMBER);
export const UPDATE_SUBNET = networkPolicy('update_subnet', MEMBER);
export const DELETE_SUBNET = networkPolicy('delete_subnet', MEMBER);
