import { ANYBODY, type PolicyCheck } from '../../http/policy.ts';
import { identityPolicy } from '../policy.ts';

/** Users for their own token; admins and services for any token. */
const ownToken: PolicyCheck = (caller, { userId }) =>
  caller.isAdmin || caller.userId === userId || caller.roles.includes('service');

export const AUTHENTICATE = identityPolicy('authenticate', ANYBODY);
export const VALIDATE_TOKEN = identityPolicy('validate_token', ownToken);
export const REVOKE_TOKEN = identityPolicy('revoke_token', ownToken);
export const GET_CATALOG = identityPolicy('get_auth_catalog', (caller) => caller.projectId !== '');
export const GET_AUTH_PROJECTS = identityPolicy('get_auth_projects', ANYBODY);
export const GET_AUTH_DOMAINS = identityPolicy('get_auth_domains', ANYBODY);
export const GET_AUTH_SYSTEM = identityPolicy('get_auth_system', ANYBODY);
