import { attributePolicies, networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and `shared`. */
export const GET_SUBNETPOOL = networkPolicy('get_subnetpool');
export const CREATE_SUBNETPOOL = networkPolicy('create_subnetpool');
export const UPDATE_SUBNETPOOL = networkPolicy('update_subnetpool');
export const DELETE_SUBNETPOOL = networkPolicy('delete_subnetpool');
/** What only an admin may give, unless the operator says otherwise. */
export const CREATE_WITH = attributePolicies('create_subnetpool', ['shared', 'is_default']);
export const UPDATE_WITH = attributePolicies('update_subnetpool', ['is_default']);
