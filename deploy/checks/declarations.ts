import { dirname, posix } from 'node:path';

/** A statement of a declaration file (`.d.ts`). */
interface Declaration {
  readonly name: string;
  readonly kind: 'function' | 'const' | 'class' | 'type' | 'interface';
  readonly exported: boolean;
  readonly text: string;
}
export interface DeclarationFile {
  readonly declarations: readonly Declaration[];
  /** Local name of what is imported by a relative path → its file and its name there. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

const STATEMENT = /^(?=(?:export |declare |type |interface |import ))/m;
const DECLARED = /^(export )?(?:declare )?(?:abstract )?(function|const|class|type|interface) (\w+)/;
const IMPORTED = /^import (?:type )?\{([^}]*)\} from '(\.[^']*)'/;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** Reads what the compiler declares about a source file. `file`: the source, relative to the repository. Pure. */
export function readDeclarations(file: string, text: string): DeclarationFile {
  const statements = text.replace(COMMENT, '').split(STATEMENT);
  return {
    declarations: statements.flatMap((statement): Declaration[] => {
      const [, exported, kind, name] = DECLARED.exec(statement) ?? [];
      if (kind === undefined || name === undefined) return [];
      return [{ name, kind: kind as Declaration['kind'], exported: exported !== undefined, text: statement }];
    }),
    imports: new Map(
      statements.flatMap((statement) => {
        const [, names = '', from] = IMPORTED.exec(statement) ?? [];
        return from === undefined
          ? []
          : names.split(',').map((one) => importedAs(one, posix.join(dirname(file), from)));
      }),
    ),
  };
}

function importedAs(text: string, file: string) {
  const [name = '', local = name] = text
    .trim()
    .replace(/^type /, '')
    .split(' as ');
  return [local, { file, name }] as const;
}

/** What a caller gets: the result of a function, the whole of anything else. */
export function resultOf({ kind, text }: Declaration): string {
  if (kind === 'class') return text;
  const start = parametersOf(text);
  return start === null ? text : text.slice(endOf(text, start) + 1);
}

/** Where the parameters of a function begin; null: it is none. */
function parametersOf(text: string): number | null {
  let at = (/^export declare (?:function \w+|const \w+: )/.exec(text)?.[0] ?? '').length;
  if (text[at] === '<') at = endOf(text, at) + 1;
  return text[at] === '(' ? at : null;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '<': '>' };

/** Where the bracket that opens at `start` closes. */
export function endOf(text: string, start: number): number {
  const open = text[start] ?? '';
  const close = CLOSING[open];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && text[at - 1] !== '=') depth--;
    if (depth === 0) return at;
  }
  return text.length;
}
