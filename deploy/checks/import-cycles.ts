import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { sourceFiles } from './source-files.ts';

const FOLDERS = ['api', 'scheduler', 'super-conductor', 'cell', 'platform', 'deploy'];
const IMPORT = /(?:from|import)\s*\(?\s*'((?:\.{1,2}|#platform)\/[^']+)'/g;

/**
 * Import cycles, those of types included: files that cannot be understood one after the other. Each cycle is the list of its files, the
 * first in the alphabet first.
 */
export function findImportCycles(repository: string): readonly (readonly string[])[] {
  const imports = new Map(
    FOLDERS.flatMap((folder) => sourceFiles(join(repository, folder))).map((path) => [
      relative(repository, path),
      importsOf(repository, path),
    ]),
  );
  const cycles = new Map<string, readonly string[]>();
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const cycle = fromFirst(trail.slice(start));
      cycles.set(cycle.join(' '), cycle);
      return;
    }
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of [...imports.keys()].sort()) visit(file, []);
  return [...cycles.values()];
}

function fromFirst(cycle: readonly string[]): readonly string[] {
  const [first = ''] = [...cycle].sort();
  const start = cycle.indexOf(first);
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

const importsOf = (repository: string, path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, target = '']) =>
    relative(
      repository,
      target.startsWith('#platform/')
        ? join(repository, 'platform', target.slice('#platform/'.length))
        : resolve(dirname(path), target),
    ),
  );
