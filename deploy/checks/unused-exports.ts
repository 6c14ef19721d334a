import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findInferredTypes } from './inferred-types.ts';
import { importedFile, moduleLinks } from './module-links.ts';
import { trackedFiles } from './tracked-files.ts';

interface UnusedExport {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** What the tests need of the sources, and nothing else. */
const FOR_TESTS: readonly string[] = ['platform/logging/logger.ts silentLogger'];

/**
 * Exports, of values and of types, that no other file imports from that file. An export is a promise to the rest of the tree: what only
 * its own file uses does not need one. A test counts as another file for a unit under test, which its own file uses too; what nobody
 * but a test uses is dead. A type that the compiler names in declarations is used. Of generated files only the imports count.
 */
export function findUnusedExports(repository: string): UnusedExport[] {
  const files = trackedFiles(repository, '*.ts', '*.mjs');
  const modules = new Map(files.map((file) => [file, moduleLinks(readFileSync(join(repository, file), 'utf8'))]));
  const used = new Set<string>();
  const tested = new Set<string>();
  const use = (users: Set<string>, file: string, name: string): void => {
    const id = `${file} ${name}`;
    if (users.has(id)) return;
    users.add(id);
    for (const { specifier, isPassedOn } of modules.get(file)?.imports ?? [])
      if (isPassedOn) use(users, importedFile(file, specifier), name);
  };
  for (const [file, { imports }] of modules)
    for (const { specifier, name, isPassedOn } of imports)
      if (!isPassedOn) use(isTest(file) ? tested : used, importedFile(file, specifier), name);
  for (const { file, specifier, name } of findInferredTypes(repository, files))
    use(used, importedFile(file, specifier), name);

  const isIn = (users: ReadonlySet<string>, file: string, name: string) =>
    users.has(`${file} ${name}`) || users.has(`${file} *`);
  return [...modules]
    .filter(([file]) => !file.includes('/generated/'))
    .flatMap(([file, { exports }]) =>
      exports
        .filter(({ name, isUsedHere }) => {
          const isUnit = isTest(file) || isUsedHere || FOR_TESTS.includes(`${file} ${name}`);
          return !isIn(used, file, name) && !(isUnit && isIn(tested, file, name));
        })
        .map(({ name, line }) => ({ file, line, name })),
    );
}

const isTest = (file: string): boolean => file.startsWith('test/');
