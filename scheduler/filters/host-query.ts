import { isDeepStrictEqual } from 'node:util';
import { member } from '#platform/objects/member.ts';
import type { HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';

/**
 * The hint `query`: an expression in JSON that a host must fulfil, as Nova's JsonFilter takes it. An expression is a list of an operator and its
 * arguments; an argument is a value, an expression, or `$name` for an attribute of the host. One that is wrong is fulfilled by no host, and the
 * reason says what is wrong.
 */
export const hostQuery: Filter = {
  name: 'json',
  asksEveryHost: () => true,
  question: ({ schedulerHints: { query } }) => {
    if (query === undefined || query === null || query === '') return null;
    const parsed = parse(query);
    if (typeof parsed === 'string') return () => `the query hint is wrong: ${parsed}`;
    return (view) => (isTrue(parsed.evaluate(view)) ? null : 'it does not fulfil the query hint');
  },
};

/** Texts of hints are short, but each level of an expression takes some of the stack. */
const MAX_DEPTH = 32;

interface Expression {
  readonly evaluate: (view: HostView) => unknown;
}

/** @returns what is wrong with the expression, as a text. */
function parse(query: unknown): Expression | string {
  if (typeof query !== 'string') return 'it has to be a text of JSON';
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch {
    return 'it is not JSON';
  }
  const wrong = whatIsWrong(value, 0);
  return wrong ?? { evaluate: (view) => evaluate(value, view) };
}

function whatIsWrong(value: unknown, depth: number): string | null {
  if (depth > MAX_DEPTH) return `expressions nest at most ${MAX_DEPTH} deep`;
  if (!Array.isArray(value)) return depth === 0 ? 'it has to be a list that begins with an operator' : null;
  if (value.length === 0) return null;
  const [operator, ...args]: readonly unknown[] = value;
  if (typeof operator !== 'string' || member(OPERATORS, operator) === undefined) {
    return `a list has to begin with an operator: ${Object.keys(OPERATORS).join(' ')}`;
  }
  return args.map((arg) => whatIsWrong(arg, depth + 1)).find((wrong) => wrong !== null) ?? null;
}

/** An empty expression is true. Arguments that have no value are left out, as in Nova. */
function evaluate(value: unknown, view: HostView): unknown {
  if (typeof value === 'string') return value.startsWith('$') ? attribute(view, value.slice(1)) : value || null;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return true;
  const [operator, ...args]: readonly unknown[] = value;
  const values = args.map((arg) => evaluate(arg, view)).filter((arg) => arg !== null && arg !== undefined);
  return member(OPERATORS, String(operator))?.(values) ?? false;
}

type Operator = (values: readonly unknown[]) => boolean;

/** The first value compared with each of the others; it takes two at least. */
const firstWithEach =
  (fulfils: (first: unknown, other: unknown) => boolean): Operator =>
  ([first, ...others]) =>
    others.length > 0 && others.every((other) => fulfils(first, other));

/** Numbers are compared with numbers, and texts with texts. */
const inOrder = (fulfils: (a: number | string, b: number | string) => boolean): Operator =>
  firstWithEach((a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return fulfils(a, b);
    return typeof a === 'string' && typeof b === 'string' && fulfils(a, b);
  });

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': firstWithEach(isDeepStrictEqual),
  '<': inOrder((a, b) => a < b),
  '>': inOrder((a, b) => a > b),
  '<=': inOrder((a, b) => a <= b),
  '>=': inOrder((a, b) => a >= b),
  in: ([first, ...others]) => others.some((other) => isDeepStrictEqual(first, other)),
  not: (values) => values.some((value) => !isTrue(value)),
  or: (values) => values.some(isTrue),
  and: (values) => values.every(isTrue),
};

/** As Python takes a value for true. */
const isTrue = (value: unknown): boolean => Boolean(value) && !(Array.isArray(value) && value.length === 0);

/** An attribute by Nova's name (nova/scheduler/host_manager.py, HostState); `cpu_info.arch` is a member of one. */
function attribute({ host, cell, used, aggregates, zone }: HostView, path: string): unknown {
  const { total, reserved } = host;
  const attributes: Readonly<Record<string, unknown>> = {
    uuid: host.id,
    host: host.name,
    nodename: host.node,
    hypervisor_hostname: host.node,
    hypervisor_type: host.hypervisorType,
    hypervisor_version: host.hypervisorVersion,
    host_ip: host.hostIp,
    cpu_info: host.cpuInfo,
    cell_uuid: cell.id,
    availability_zone: zone,
    aggregates: aggregates.map(({ name }) => name),
    vcpus_total: total.vcpus,
    vcpus_used: used.vcpus,
    total_usable_ram_mb: total.ramMb,
    free_ram_mb: total.ramMb - reserved.ramMb - used.ramMb,
    total_usable_disk_gb: total.diskGb,
    free_disk_mb: (total.diskGb - reserved.diskGb - used.diskGb) * 1024,
    disk_mb_used: used.diskGb * 1024,
    num_instances: host.runningGuests,
    failed_builds: host.buildFailures,
  };
  const [name = '', ...rest] = path.split('.');
  return rest.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? member(value as Readonly<Record<string, unknown>>, key) : undefined,
    member(attributes, name),
  );
}
