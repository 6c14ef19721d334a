import { afterAll, afterEach, beforeAll } from 'vitest';
import { CellWorld } from './cell-world.ts';

/** One cell for all tests of the file or of the `describe`. */
export function useCellWorld(options: Parameters<typeof CellWorld.create>[0], begin: (world: CellWorld) => void): void {
  let world: CellWorld | undefined;
  beforeAll(async () => {
    world = await CellWorld.create(options);
    begin(world);
  });
  afterAll(() => world?.close());
}

/** The same; after each test the agents do everything again, and the claims are audited. */
export function useAuditedCellWorld(...[options, begin]: Parameters<typeof useCellWorld>): void {
  let used: CellWorld | undefined;
  useCellWorld(options, (world) => {
    used = world;
    begin(world);
  });
  afterEach(async () => {
    if (used === undefined) return;
    used.agents.guestFate = () => 'settle';
    used.agents.bindingFate = () => 'settle';
    await used.auditClaims();
  });
}
