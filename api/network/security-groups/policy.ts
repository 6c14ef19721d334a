import { networkPolicy } from '../policy.ts';

/** Of another project's groups a caller learns nothing; see `groupsFor`. */
export const GET_SECURITY_GROUP = networkPolicy('get_security_group');
export const GET_SECURITY_GROUP_RULE = networkPolicy('get_security_group_rule');
export const CREATE_SECURITY_GROUP = networkPolicy('create_security_group');
export const UPDATE_SECURITY_GROUP = networkPolicy('update_security_group');
export const DELETE_SECURITY_GROUP = networkPolicy('delete_security_group');
export const CREATE_SECURITY_GROUP_RULE = networkPolicy('create_security_group_rule');
export const DELETE_SECURITY_GROUP_RULE = networkPolicy('delete_security_group_rule');
