import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and network. */
export const GET_SUBNET = networkPolicy('get_subnet');
export const CREATE_SUBNET = networkPolicy('create_subnet');
export const UPDATE_SUBNET = networkPolicy('update_subnet');
export const DELETE_SUBNET = networkPolicy('delete_subnet');
