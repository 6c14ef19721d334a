import type { Caller } from '../../identity/caller.ts';
import { identityPolicy, SELF } from '../policy.ts';

/** Only for oneself, in the project one is in, and not with another application credential. */
const isOwner = (caller: Caller, userId: string | undefined): boolean =>
  caller.userId === userId && caller.projectId !== '' && caller.applicationCredentialId === null;

export const LIST_CREDENTIALS = identityPolicy('list_application_credentials', SELF);
export const GET_CREDENTIAL = identityPolicy('get_application_credential', SELF);
export const CREATE_CREDENTIAL = identityPolicy('create_application_credential', (caller, { userId }) =>
  isOwner(caller, userId),
);
export const DELETE_CREDENTIAL = identityPolicy(
  'delete_application_credential',
  (caller, { userId }) => caller.isAdmin || isOwner(caller, userId),
);
