import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type DeclarationFile, endOf, readDeclarations, resultOf } from './declarations.ts';
import { namedImports } from './named-imports.ts';
import { sourceFiles } from './source-files.ts';

interface LeakedRow {
  readonly file: string;
  /** Of the export in its source. */
  readonly line: number;
  readonly name: string;
  /** What of a row its type shows. */
  readonly shows: string;
}

interface StoreFolder {
  readonly stores: string;
  /** Where `tsc -b` puts the declarations of its project. */
  readonly types: string;
}

const FOLDERS: readonly StoreFolder[] = [
  { stores: 'platform/directory/stores', types: '.build/types/platform-directory' },
  { stores: 'cell/database/stores', types: '.build/types/cell-database' },
];
/** What gives a row its outer form, and the type of a single column's values. */
const SHAPED = /\b(?:CellRow|CellWrites|Shaped|Writes)<|\b\w+Table\['\w+'\]/;
const ROW = /\b(?:Selectable|Insertable|Updateable)<|\b[A-Z]\w*Table\b|\b[a-z]\w*_\w+\??(?=:)/;

/**
 * Exports of stores that give rows to their callers: a type of the schema, or members that are named as columns are. Rows stay in the
 * stores; what leaves them has members in camel case, booleans and parsed values. Reads the compiler's declarations, in which inferred
 * types are written out. Arguments are not looked at, nor exports that only other stores and tests import.
 * @throws Error when the compiler has not run.
 */
export function findLeakedRows(repository: string): LeakedRow[] {
  const imports = namedImports(repository);
  return FOLDERS.flatMap(({ stores, types }) => {
    const files = sourceFiles(join(repository, stores)).map((path) => relative(repository, path));
    const declared = new Map(
      files.map((file) => [file, readDeclarations(file, textOf(repository, types, file.replace(/\.ts$/, '.d.ts')))]),
    );
    return files
      .flatMap((file) => leaksOf(file, declared, textOf(repository, file)))
      .filter(({ file, name }) =>
        imports.some((one) => one.from === file && one.name === name && !one.file.startsWith(`${stores}/`)),
      );
  });
}

const textOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

type Declared = ReadonlyMap<string, DeclarationFile>;

function leaksOf(file: string, declared: Declared, source: string): LeakedRow[] {
  return (declared.get(file)?.declarations ?? []).flatMap((declaration): LeakedRow[] => {
    const { exported, kind, name } = declaration;
    if (!exported || kind === 'type' || kind === 'interface') return [];
    const [shows] = ROW.exec(withNamedTypes(resultOf(declaration), file, declared, new Set())) ?? [];
    if (shows === undefined) return [];
    const line = source.split('\n').findIndex((text) => new RegExp(`^export .*\\b${name}\\b`).test(text)) + 1;
    return [{ file, line, name, shows }];
  });
}

/** The type with the types of stores that it names, without what has its outer form already. */
function withNamedTypes(text: string, file: string, declared: Declared, seen: Set<string>): string {
  const type = withoutShaped(text);
  const named = [...new Set(type.match(/\b[A-Z]\w*\b/g))].map((local) => {
    const { file: from, name } = declared.get(file)?.imports.get(local) ?? { file, name: local };
    const found = declared
      .get(from)
      ?.declarations.find((one) => one.name === name && (one.kind === 'type' || one.kind === 'interface'));
    if (found === undefined || seen.has(`${from} ${name}`)) return '';
    seen.add(`${from} ${name}`);
    return withNamedTypes(found.text, from, declared, seen);
  });
  return [type, ...named].join('\n');
}

function withoutShaped(type: string): string {
  let rest = type;
  for (let shaped = SHAPED.exec(rest); shaped !== null; shaped = SHAPED.exec(rest)) {
    const end = shaped.index + shaped[0].length;
    rest = rest.slice(0, shaped.index) + rest.slice(shaped[0].endsWith('<') ? endOf(rest, end - 1) + 1 : end);
  }
  return rest;
}
