import { type DeclaredApi, declaredApis } from '../../api/apis.ts';
import type { ApiDeps } from '../../api/deps.ts';

/** Where links of routes that nobody asks would lead. */
export const PUBLIC_URL = 'http://volvox';

/** Routes are built on these and described, not run. */
const NO_DEPS = {
  config: { publicUrl: PUBLIC_URL, trustedProxies: [], region: 'RegionOne', imageMaxMb: 1 },
  directory: {},
  cells: { all: () => [] },
  clock: { now: () => 0 },
} as unknown as ApiDeps;

/** The declared APIs of a front that nobody asks. */
export const apisAsData = (): readonly DeclaredApi[] => declaredApis(NO_DEPS);
