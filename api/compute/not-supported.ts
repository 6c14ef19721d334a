import { HttpFault } from '../http/http-fault.ts';

/** What Nova says of an operation that a driver, or an installation without some service, cannot do. */
export function notSupported(): never {
  throw new HttpFault(501, 'The requested functionality is not supported.');
}
