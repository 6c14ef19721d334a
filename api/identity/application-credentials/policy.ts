import { identityPolicy } from '../policy.ts';

export const LIST_CREDENTIALS = identityPolicy('list_application_credentials');
export const GET_CREDENTIAL = identityPolicy('get_application_credential');
export const CREATE_CREDENTIAL = identityPolicy('create_application_credential');
export const DELETE_CREDENTIAL = identityPolicy('delete_application_credential');
