import type { ApiDeps } from '../deps.ts';
import type { Route } from './microversions/route.ts';

/** Every operation of the Compute API, noun by noun. */
export function computeRoutes(_deps: ApiDeps): readonly Route[] {
  return [];
}
