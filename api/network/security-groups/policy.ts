import { networkPolicy } from '../policy.ts';

/** Of another project's groups a caller learns nothing; see `groupsFor`. */
export const GET_SECURITY_GROUP = networkPolicy('get_security_group');
export const GET_SECURITY_GROUP_RULE = networkPolicy('get_security_group_rule');
