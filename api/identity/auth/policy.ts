import { identityPolicy } from '../policy.ts';

export const AUTHENTICATE = identityPolicy('authenticate');
/** Users for their own token; admins and services for any token. */
export const VALIDATE_TOKEN = identityPolicy('validate_token');
export const REVOKE_TOKEN = identityPolicy('revoke_token');
export const GET_CATALOG = identityPolicy('get_auth_catalog');
export const GET_AUTH_PROJECTS = identityPolicy('get_auth_projects');
export const GET_AUTH_DOMAINS = identityPolicy('get_auth_domains');
export const GET_AUTH_SYSTEM = identityPolicy('get_auth_system');
