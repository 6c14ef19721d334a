import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = resolve('.');

/** A project of the tree, what it must not import, and what it may. */
const WALLS: readonly [project: string, forbidden: string, allowed: string][] = [
  ['scheduler/tsconfig.json', 'cell/database/tables.ts', 'platform/contracts/door.ts'],
  ['api/tsconfig.json', 'cell/conductor/config.ts', 'platform/directory/directory.ts'],
  ['super-conductor/tsconfig.json', 'scheduler/config.ts', 'platform/directory/directory.ts'],
  ['cell/conductor/tsconfig.json', 'platform/directory/directory.ts', 'cell/database/tables.ts'],
  ['cell/compute/tsconfig.json', 'cell/database/tables.ts', 'platform/contracts/agent.ts'],
  ['cell/network/tsconfig.json', 'cell/database/tables.ts', 'platform/contracts/agent.ts'],
  ['platform/tsconfig.json', 'api/config.ts', 'platform/contracts/door.ts'],
  ['platform/protocol.tsconfig.json', 'platform/database/database.ts', 'platform/errors/volvox-error.ts'],
];

/** What the compiler says of files of this project that import these, one for each; empty when it does not complain. */
async function complaints(folder: string, project: string, imported: readonly string[]): Promise<readonly string[]> {
  const place = await mkdtemp(join(folder, 'wall-'));
  const source = JSON.parse(await readFile(project, 'utf8')) as { references: { path: string }[]; include: string[] };
  const here = (path: string) => relative(place, resolve(dirname(project), path));
  const probes = imported.map((_, at) => `probe-${at}.ts`);
  for (const [at, path] of imported.entries())
    await writeFile(join(place, probes[at] ?? ''), `export * from '${relative(place, resolve(path))}';\n`);
  // A project like that one, with the probes next to its own files.
  const config = {
    extends: relative(place, resolve(project)),
    compilerOptions: { rootDir: relative(place, ROOT), outDir: './out', tsBuildInfoFile: './info' },
    include: [...probes, ...source.include.map(here)],
    references: source.references.map((reference) => ({ path: here(reference.path) })),
  };
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify(config));
  const checked = run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', place]);
  const output = await checked.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  const lines = output.split('\n');
  return probes.map((probe) => lines.filter((line) => line.includes(probe)).join('\n'));
}

describe('the walls of the architecture', () => {
  let folder: string;
  beforeAll(async () => {
    folder = resolve('.volvox/test');
    await mkdir(folder, { recursive: true });
    folder = await mkdtemp(join(folder, 'walls-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(WALLS)('%s: cannot import %s, can import %s', async (project, forbidden, allowed) => {
    const [refused, accepted] = await complaints(folder, project, [forbidden, allowed]);
    expect(refused).toContain('TS6307');
    expect(accepted).toBe('');
  });
});
