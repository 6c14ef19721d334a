import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and network. */
export const GET_SUBNET = networkPolicy('get_subnet');
export const CREATE_SUBNET = networkPolicy('create_subnet');
export const UPDATE_SUBNET = networkPolicy('update_subnet');
/** Of external networks: their addresses are those of the outside. */
export const CREATE_OUTSIDE = networkPolicy('create_subnet:external');
export const UPDATE_OUTSIDE = networkPolicy('update_subnet:external');
export const DELETE_SUBNET = networkPolicy('delete_subnet');
