import { identityPolicy } from '../policy.ts';

export const LIST_USERS = identityPolicy('list_users');
export const CREATE_USER = identityPolicy('create_user');
export const GET_USER = identityPolicy('get_user');
export const UPDATE_USER = identityPolicy('update_user');
export const DELETE_USER = identityPolicy('delete_user');
/** The old password is the proof. */
export const CHANGE_PASSWORD = identityPolicy('change_password');
export const LIST_USER_PROJECTS = identityPolicy('list_user_projects');
export const LIST_USER_GROUPS = identityPolicy('list_groups_for_user');
