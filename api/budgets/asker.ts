import type { ApiRequest } from '../http/route.ts';
import { budgetKeyOf } from './budget-key.ts';

/** Whose budget the work for a request uses, and when it is no longer needed. */
export interface Asker {
  readonly key: string;
  readonly signal: AbortSignal;
}

export const askerOf = ({ caller, address, signal }: ApiRequest): Asker => ({
  key: budgetKeyOf(caller, address),
  signal,
});
