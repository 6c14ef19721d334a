/** `host_up` → `hostUp`, `access_ip_v4` → `accessIpV4`. */
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type Names = Readonly<Record<string, string>>;
type NameOf<K extends string, N extends Names> = K extends keyof N ? N[K] : Camel<K>;

/** A row as it leaves its store: members in camelCase or under the name given for their column, flags as booleans. */
export type Shaped<R, F extends string = never, N extends Names = Record<never, never>> = {
  readonly [K in keyof R & string as NameOf<K, N>]: K extends F ? Flag<R[K]> : R[K];
};
type Flag<V> = null extends V ? boolean | null : boolean;

/** Members to write, by the same names. */
export type Writes<R, F extends string = never, N extends Names = Record<never, never>> = {
  readonly [M in keyof Shaped<R, F, N>]?: Shaped<R, F, N>[M] | undefined;
};

interface ShapeOptions<F extends string, N extends Names> {
  /** Columns of 0 and 1. */
  readonly flags: readonly F[];
  /** Members whose name is not that of their column. */
  readonly names: N;
}

/** Between the rows of a table (or of a statement over several) and what callers of its store see. One level deep; other values stay as they are. */
interface RowShape<F extends string, N extends Names> {
  of<R extends object>(row: R): Shaped<R, F, N>;
  /** The columns that these members write; a member that is undefined writes nothing. */
  columns<R>(members: Writes<R, F, N>): Partial<R>;
}

interface Member {
  readonly name: string;
  readonly isFlag: boolean;
}

export function rowShape<const F extends string, const N extends Names>({
  flags,
  names,
}: ShapeOptions<F, N>): RowShape<F, N> {
  const flagColumns: ReadonlySet<string> = new Set(flags);
  const members = new Map<string, Member>();
  const columns = new Map(Object.entries(names).map(([column, member]) => [member, column]));
  const memberOf = (column: string): Member =>
    remembered(members, column, () => ({ name: names[column] ?? camel(column), isFlag: flagColumns.has(column) }));
  const columnOf = (member: string): string => remembered(columns, member, snake);
  return {
    of<R extends object>(row: R) {
      const shaped: Record<string, unknown> = {};
      for (const column in row) {
        const { name, isFlag } = memberOf(column);
        const value = row[column];
        shaped[name] = isFlag && value !== null ? Number(value) === 1 : value;
      }
      return shaped as Shaped<R, F, N>;
    },
    columns<R>(writes: Writes<R, F, N>) {
      const written: Record<string, unknown> = {};
      for (const [member, value] of Object.entries(writes))
        if (value !== undefined) written[columnOf(member)] = typeof value === 'boolean' ? Number(value) : value;
      return written as Partial<R>;
    },
  };
}

function remembered<T>(known: Map<string, T>, name: string, convert: (name: string) => T): T {
  const before = known.get(name);
  if (before !== undefined) return before;
  const converted = convert(name);
  known.set(name, converted);
  return converted;
}

const camel = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
