import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner and sharing. */
export const GET_POLICY = networkPolicy('get_policy');
export const CREATE_POLICY = networkPolicy('create_policy');
export const UPDATE_POLICY = networkPolicy('update_policy');
export const DELETE_POLICY = networkPolicy('delete_policy');
export const GET_RULE_TYPE = networkPolicy('get_rule_type');
/** Also names drivers and the values that they take. */
export const GET_RULE_TYPE_DETAILS = networkPolicy('get_rule_type:drivers', 'get_rule_type');
