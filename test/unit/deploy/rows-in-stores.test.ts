import { expect, it } from 'vitest';
import { findLeakedRows } from '../../../deploy/checks/rows-in-stores.ts';
import { useSourceFolder } from '../../support/source-folder.ts';

const folder = useSourceFolder();

/** A store of the directory, with what the compiler declares of it. */
const store = (name: string, source: string, declarations: string) => {
  folder.write(`platform/directory/stores/${name}.ts`, source);
  folder.write(`.build/types/platform-directory/platform/directory/stores/${name}.d.ts`, declarations);
};
/** Like `store`, where the source says as much as its declarations. */
const declared = (name: string, declarations: string) => store(name, declarations, declarations);
const use = (name: string, ...exports: readonly string[]) =>
  folder.write(
    `api/uses-${name}.ts`,
    `import {\n  ${exports.join(',\n  ')},\n} from '#platform/directory/stores/${name}.ts';\n`,
  );
/** `name: what it shows of a row` */
const leaks = () => {
  folder.write('cell/database/stores/hosts.ts', '');
  folder.write('.build/types/cell-database/cell/database/stores/hosts.d.ts', '');
  return findLeakedRows(folder.path).map(({ name, shows }) => `${name}: ${shows}`);
};

it('finds rows of the schema, and columns in types that are named or inferred', () => {
  declared(
    'keys',
    `import type { Selectable } from 'kysely';
export type KeyRow = Selectable<KeysTable>;
export declare function findKey(read: Read, by: {
    readonly id: string;
}): Promise<KeyRow | null>;
export declare const oldKeys: (read: Read) => Promise<{
    asked_at: number;
    id: string;
}[]>;
export declare function newKey<T extends Key>(key: T, at: (now: number) => string): Insertable<KeysTable>;
export declare const tableOf: (read: Read) => import("../schema/keys.ts").KeysTable;
export declare class Keys {
    find(): { readonly is_public?: number };
}
`,
  );
  use('keys', 'findKey', 'type KeyRow', 'oldKeys', 'newKey as made', 'tableOf', 'Keys');
  expect(leaks()).toEqual([
    'findKey: Selectable<',
    'oldKeys: asked_at',
    'newKey: Insertable<',
    'tableOf: KeysTable',
    'Keys: is_public?',
  ]);
});

it('follows types from store to store', () => {
  declared('base', 'interface Stored {\n    readonly user_id: string;\n}\nexport type Base = Stored;\n');
  declared(
    'keys',
    `import { type Base as Old } from './base.ts';
export interface Key extends Old {
    readonly id: string;
}
export declare function listKeys(read: Read): Promise<readonly Key[]>;
`,
  );
  use('keys', 'listKeys');
  expect(leaks()).toEqual(['listKeys: user_id']);
});

it('names the line of the source', () => {
  store(
    'keys',
    '// listKeys\nconst one = 1;\nexport const listKeys = () => rows;\n',
    'export declare const listKeys: () => {\n    user_id: string;\n}[];\n',
  );
  use('keys', 'listKeys');
  leaks();
  expect(findLeakedRows(folder.path)).toEqual([
    { file: 'platform/directory/stores/keys.ts', line: 3, name: 'listKeys', shows: 'user_id' },
  ]);
});

it('leaves records alone, shaped rows, the values of a column, arguments, comments, and what only stores use', () => {
  declared(
    'keys',
    `/** See user_id: Selectable<KeysTable> */
export interface Key {
    readonly userId: string;
    readonly state: KeysTable['key_state'];
    readonly limits: Readonly<Record<'key_pairs', number>>;
}
interface Stored {
    readonly user_id: string;
}
export declare function findKey(row: Selectable<KeysTable>, by: { user_id: string }): Promise<Key | null>;
export declare const shaped: () => Promise<readonly CellRow<{
    guest_id: string;
}>[]>;
export declare const named: () => Shaped<Stored, 'up'> | CellWrites<Updateable<KeysTable>>;
export declare const KEY_COLUMNS: readonly ["user_id", "key_state"];
export declare const internal: () => Stored;
`,
  );
  use('keys', 'findKey', 'shaped', 'named', 'KEY_COLUMNS');
  declared('others', "import { internal } from './keys.ts';\nexport declare const other: () => string;\n");
  use('others', 'other');
  expect(leaks()).toEqual([]);
});

it('says what is missing when the compiler has not run', () => {
  folder.write('platform/directory/stores/keys.ts', 'export const one = 1;\n');
  expect(() => findLeakedRows(folder.path)).toThrow('.build/types/platform-directory');
});
