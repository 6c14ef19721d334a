import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Count } from '#platform/objects/scalars.ts';

/**
 * What QEMU answers, as far as it matters (QEMU QMP Reference Manual). A guest may have taken its process over, so an answer is checked
 * before the agent uses it.
 */
export interface Query<T> {
  readonly command: string;
  readonly args?: Readonly<Record<string, unknown>>;
  isAnswer(value: unknown): value is T;
}

function query<S extends TSchema>(
  command: string,
  schema: S,
  args: Readonly<Record<string, unknown>> = {},
): Query<Static<S>> {
  const check = Compile(schema);
  return { command, args, isAnswer: (value): value is Static<S> => check.Check(value) };
}

const DRIVES_MAX = 64;
const PROCESSORS_MAX = 4_096;

export const QUERY_STATUS = query('query-status', Type.Object({ status: Type.String() }));

const BlockStats = Type.Object({
  device: Type.String({ maxLength: 64 }),
  stats: Type.Object({ rd_bytes: Count, rd_operations: Count, wr_bytes: Count, wr_operations: Count }),
});
export type BlockStats = Static<typeof BlockStats>;
export const QUERY_BLOCKSTATS = query('query-blockstats', Type.Array(BlockStats, { maxItems: DRIVES_MAX }));

const CpuThread = Type.Object({ 'cpu-index': Count, 'thread-id': Type.Integer({ minimum: 1 }) });
export type CpuThread = Static<typeof CpuThread>;
export const QUERY_CPUS = query('query-cpus-fast', Type.Array(CpuThread, { maxItems: PROCESSORS_MAX }));

export const QUERY_MIGRATE = query(
  'query-migrate',
  Type.Object({
    status: Type.Optional(Type.String()),
    'error-desc': Type.Optional(Type.String({ maxLength: 1_000 })),
    ram: Type.Optional(Type.Object({ total: Count, transferred: Count, remaining: Count })),
    /** How long the processors were halted, when it is completed, ms. */
    downtime: Type.Optional(Count),
  }),
);

const CHARDEVS_MAX = 64;
/** `frontend-open`: something in the machine has the other end open. */
const Chardev = Type.Object({ label: Type.String({ maxLength: 64 }), 'frontend-open': Type.Boolean() });
export const QUERY_CHARDEVS = query('query-chardev', Type.Array(Chardev, { maxItems: CHARDEVS_MAX }));

const DEVICES_MAX = 256;
/** The devices that were given an id. */
export const queryDevices = query(
  'qom-list',
  Type.Array(Type.Object({ name: Type.String({ maxLength: 256 }) }), { maxItems: DEVICES_MAX }),
  { path: '/machine/peripheral' },
);

const JOBS_MAX = 64;
const WORDS_MAX = 1_000;

const Job = Type.Object({
  id: Type.String({ maxLength: 64 }),
  status: Type.String({ maxLength: 64 }),
  'current-progress': Type.Number(),
  'total-progress': Type.Number(),
  /** Why it failed; absent: it did not, or goes on. */
  error: Type.Optional(Type.String({ maxLength: WORDS_MAX })),
});
export type Job = Static<typeof Job>;
export const QUERY_JOBS = query('query-jobs', Type.Array(Job, { maxItems: JOBS_MAX }));
