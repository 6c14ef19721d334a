import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const WRITES =
  /(?:updateTable|insertInto|replaceInto|deleteFrom)\(\s*'instance_homes'|(?:update|upsert|delete)Rows\(\s*[\w.]+,\s*'instance_homes'|(?:UPDATE|INTO)\s+instance_homes/;
const HOMES = 'platform/directory/stores/homes/';

it('only the stores of homes write instance_homes, and only `transition` writes where an instance lives', async () => {
  const writers: string[] = [];
  for (const tree of ['platform', 'api', 'super-conductor', 'cell', 'scheduler', 'deploy'])
    for await (const file of glob(`${tree}/**/*.ts`, { cwd: ROOT }))
      if (
        !file.includes('/migrations/') &&
        !file.includes('node_modules') &&
        WRITES.test(readFileSync(join(ROOT, file), 'utf8'))
      )
        writers.push(file);
  expect(writers.sort()).toEqual(
    ['accept-builds', 'change-build', 'deleting', 'home-details', 'transition'].map((name) => `${HOMES}${name}.ts`),
  );
});
