import { networkPolicy } from '../policy.ts';

export const GET_DEFAULT_RULE = networkPolicy('get_default_security_group_rule');
export const CREATE_DEFAULT_RULE = networkPolicy('create_default_security_group_rule');
export const DELETE_DEFAULT_RULE = networkPolicy('delete_default_security_group_rule');
