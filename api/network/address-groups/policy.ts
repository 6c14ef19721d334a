import { networkPolicy } from '../policy.ts';

/** Of another project's groups a caller learns nothing; the store decides that. */
export const GET_ADDRESS_GROUP = networkPolicy('get_address_group');
export const CREATE_ADDRESS_GROUP = networkPolicy('create_address_group');
export const UPDATE_ADDRESS_GROUP = networkPolicy('update_address_group');
export const DELETE_ADDRESS_GROUP = networkPolicy('delete_address_group');
