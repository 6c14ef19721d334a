import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ADMIN, type Policy, policy } from '../http/policy.ts';

const needsAdmin = (): VolvoxError => new VolvoxError('forbidden', 'This needs the role admin.');

/** Everything under /federation is for those who run the region. @param rule what is done, `cells:list`. */
export const federationPolicy = (rule: string): Policy => policy(`federation:${rule}`, ADMIN, needsAdmin);
