import { identityPolicy } from '../policy.ts';

export const LIST_PROJECTS = identityPolicy('list_projects');
export const CREATE_PROJECT = identityPolicy('create_project');
export const GET_PROJECT = identityPolicy('get_project');
export const UPDATE_PROJECT = identityPolicy('update_project');
export const DELETE_PROJECT = identityPolicy('delete_project');
