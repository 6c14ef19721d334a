import { afterAll, beforeAll } from 'vitest';
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
