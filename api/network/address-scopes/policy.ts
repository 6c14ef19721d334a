import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that. */
export const GET_ADDRESS_SCOPE = networkPolicy('get_address_scope');
export const CREATE_ADDRESS_SCOPE = networkPolicy('create_address_scope');
export const UPDATE_ADDRESS_SCOPE = networkPolicy('update_address_scope');
export const DELETE_ADDRESS_SCOPE = networkPolicy('delete_address_scope');

/** What only an admin gives, unless the operator says otherwise. */
export const CREATE_SHARED = new Map([['shared', networkPolicy('create_address_scope:shared')]]);
export const UPDATE_SHARED = new Map([['shared', networkPolicy('update_address_scope:shared')]]);
