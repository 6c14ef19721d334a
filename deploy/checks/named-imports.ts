import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { importedFile, moduleLinks } from './module-links.ts';
import { sourceFiles } from './source-files.ts';

interface NamedImport {
  /** Who imports. */
  readonly file: string;
  readonly from: string;
  /** Its name where it is exported. */
  readonly name: string;
}

const FOLDERS = ['api', 'scheduler', 'super-conductor', 'cell', 'platform', 'deploy'];

/** What the files of the repository, without its tests, import from each other by name, types included. Paths are relative to the repository. */
export const namedImports = (repository: string): NamedImport[] =>
  FOLDERS.flatMap((folder) => sourceFiles(join(repository, folder))).flatMap((path) => {
    const file = relative(repository, path);
    return moduleLinks(readFileSync(path, 'utf8')).imports.map(({ specifier, name }) => ({
      file,
      from: importedFile(file, specifier),
      name,
    }));
  });
