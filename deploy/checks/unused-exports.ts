import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface UnusedExport {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

const DECLARATION = /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|enum) (\w+)/;
const NAMED_IMPORT = /(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s*from/g;
const WHOLE_IMPORT = /import \* as (\w+) from/g;

/**
 * Exports that no other file imports, tests included. An export is a promise to the rest of the tree: what only its own file uses does not
 * need one. Types are left out: they name the shapes of what is exported, and declarations need them. Names are compared, not paths, so an export is missed when another file imports the same name from elsewhere.
 */
export function findUnusedExports(repository: string): UnusedExport[] {
  const tracked = execFileSync('git', ['ls-files', '*.ts', '*.mjs'], { cwd: repository, encoding: 'utf8' });
  const files = tracked.split('\n').filter((file) => file !== '' && !file.includes('/generated/'));
  const sources = files.flatMap((file) => textOf(repository, file));
  const imported = new Set(sources.flatMap(({ text }) => importsOf(text)));
  return sources
    .filter(({ file }) => !file.startsWith('test/'))
    .flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, index) => {
        const [, name] = DECLARATION.exec(line) ?? [];
        return name === undefined || imported.has(name) ? [] : [{ file, line: index + 1, name }];
      }),
    );
}

/** A tracked file that was removed and not committed yet has no text. */
function textOf(repository: string, file: string): readonly { readonly file: string; readonly text: string }[] {
  try {
    return [{ file, text: readFileSync(join(repository, file), 'utf8') }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function importsOf(text: string): readonly string[] {
  const named = [...text.matchAll(NAMED_IMPORT)].flatMap(([, names = '']) =>
    names.split(',').map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*$/s, '')
        .trim(),
    ),
  );
  const members = [...text.matchAll(WHOLE_IMPORT)].flatMap(([, whole = '']) =>
    [...text.matchAll(new RegExp(`\\b${whole}\\.(\\w+)`, 'g'))].map(([, member = '']) => member),
  );
  return [...named, ...members];
}
