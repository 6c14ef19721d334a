import { networkPolicy } from '../policy.ts';

/** Of a policy that another project made a caller learns nothing; the store decides that. */
export const GET_RBAC_POLICY = networkPolicy('get_rbac_policy');
export const CREATE_RBAC_POLICY = networkPolicy('create_rbac_policy');
export const UPDATE_RBAC_POLICY = networkPolicy('update_rbac_policy');
export const DELETE_RBAC_POLICY = networkPolicy('delete_rbac_policy');

/** Of every project as the target, and of networks that lead outside. */
export const CREATE_FOR_EVERYBODY = networkPolicy('create_rbac_policy:target_tenant');
export const UPDATE_FOR_EVERYBODY = networkPolicy('update_rbac_policy:target_tenant');
export const SHARE_EXTERNAL = networkPolicy('create_rbac_policy:access_as_external');
/** Of an object of another project. */
export const SHARE_FOREIGN = networkPolicy('create_rbac_policy:object_of_others');
