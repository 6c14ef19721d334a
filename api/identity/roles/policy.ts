import { identityPolicy } from '../policy.ts';

export const LIST_ROLES = identityPolicy('list_roles');
export const CREATE_ROLE = identityPolicy('create_role');
export const GET_ROLE = identityPolicy('get_role');
export const UPDATE_ROLE = identityPolicy('update_role');
export const DELETE_ROLE = identityPolicy('delete_role');
export const LIST_INFERENCES = identityPolicy('list_role_inference_rules');
export const CREATE_GRANT = identityPolicy('create_grant');
export const CHECK_GRANT = identityPolicy('check_grant');
export const REVOKE_GRANT = identityPolicy('revoke_grant');
export const LIST_GRANTS = identityPolicy('list_grants');
export const LIST_ASSIGNMENTS = identityPolicy('list_role_assignments');
