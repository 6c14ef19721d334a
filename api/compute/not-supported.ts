import { HttpFault } from '../http/http-fault.ts';

/** Nova's sentence. It stands for a state that is normal, unlike other statuses of 5xx. */
export const NOT_SUPPORTED = 'The requested functionality is not supported.';

/** What Nova says of an operation that a driver, or an installation without some service, cannot do. */
export function notSupported(): never {
  throw new HttpFault(501, NOT_SUPPORTED);
}
