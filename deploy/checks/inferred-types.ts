import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface InferredType {
  readonly file: string;
  /** As it stands between the quotes. */
  readonly specifier: string;
  readonly name: string;
}

const INFERRED = /\bimport\("((?:\.{1,2}|#platform)\/[^"]+)"\)\.(\w+)/g;

/**
 * The types that the compiler named where a source leaves a type to inference: its declarations say `import("…").Name`, and without
 * the export it refuses (TS4023, TS4058). Read from what the last `tsc -b` wrote, so build before; without a build it finds none.
 */
export function findInferredTypes(repository: string, files: readonly string[]): readonly InferredType[] {
  const built = join(repository, '.build/types');
  const projects = existsSync(built) ? readdirSync(built) : [];
  return files.flatMap((file) =>
    projects
      .map((project) => join(built, project, file.replace(/\.ts$/, '.d.ts')))
      .filter((path) => path.endsWith('.d.ts') && existsSync(path))
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(INFERRED)].map(([, specifier = '', name = '']) => ({
          file,
          specifier,
          name,
        })),
      ),
  );
}
