import { VolvoxError } from './volvox-error.ts';

/** Another request changed a thing at the same time. Nothing of this request was done. @param what `Network 3f2a…` */
export const changedMeanwhile = (what: string, verb: 'was' | 'were' | 'is being' = 'was'): VolvoxError =>
  new VolvoxError('conflict', `${what} ${verb} changed by somebody else. Read it again, and repeat the request.`);
