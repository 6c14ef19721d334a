import { afterAll, beforeAll } from 'vitest';
import { type Fixture, prepare } from './fixtures.ts';
import { type Region, startRegion } from './region.ts';

/** One region, prepared, for all tests of the file. Neither has members before they begin. */
export function useRegion(): { readonly region: Region; readonly fixture: Fixture } {
  const used = { region: {} as Region, fixture: {} as Fixture };
  beforeAll(async () => {
    Object.assign(used.region, await startRegion());
    Object.assign(used.fixture, await prepare(used.region));
  });
  afterAll(async () => used.region.stop?.());
  return used;
}
