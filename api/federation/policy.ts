import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ADMIN, type Policy, policy } from '../http/policy.ts';

const needsAdmin = (): VolvoxError => new VolvoxError('forbidden', 'This request requires the role admin.');

/** A policy of the Federation API, which only operators may use. @param rule the action, for example `cells:list`. */
export const federationPolicy = (rule: string): Policy => policy(`federation:${rule}`, ADMIN, needsAdmin);
