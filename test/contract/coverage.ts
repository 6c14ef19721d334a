import type { NovaOperation } from './nova-operations.ts';

/** One request that was sent, and what answered it. */
export interface Visit {
  readonly method: string;
  /** After `/compute/v2.1`, without query. */
  readonly path: string;
  readonly action: string | null;
  readonly minor: number;
  readonly status: number;
  readonly by: 'scenario' | 'probe';
}

/** What happened to an operation at one microversion. */
interface Exercise {
  readonly operation: NovaOperation;
  readonly minor: number;
  /** The best answer: a success before a refusal, of a scenario before that of a probe. Null: nothing was sent. */
  readonly visit: Visit | null;
}

/** The operation that a request is for: of several that match, the one with the fewest variable parts. */
export function operationOf(
  operations: readonly NovaOperation[],
  { method, path, action }: Pick<Visit, 'method' | 'path' | 'action'>,
): NovaOperation | undefined {
  const fitting = operations.filter((one) => one.method === method && fits(one.path, path));
  const fewest = Math.min(...fitting.map(variables));
  const closest = fitting.filter((one) => variables(one) === fewest);
  return closest.find((one) => one.action === action) ?? closest.find((one) => one.action === null);
}

function fits(pattern: string, path: string): boolean {
  const [parts, found] = [pattern.split('/'), path.split('/')];
  return parts.length === found.length && parts.every((part, at) => part.startsWith('{') || part === found[at]);
}
const variables = ({ path }: NovaOperation): number => path.split('{').length - 1;

/** Each operation at its lowest and its highest microversion. */
export function exercises(operations: readonly NovaOperation[], visits: readonly Visit[]): readonly Exercise[] {
  const of = new Map<NovaOperation, Visit[]>();
  for (const visit of visits) {
    const operation = operationOf(operations, visit);
    if (operation !== undefined) of.set(operation, [...(of.get(operation) ?? []), visit]);
  }
  return operations.flatMap((operation) =>
    [...new Set([operation.lowest, operation.highest])].map((minor) => {
      const here = (of.get(operation) ?? []).filter((visit) => visit.minor === minor);
      return { operation, minor, visit: here.sort((a, b) => rank(a) - rank(b))[0] ?? null };
    }),
  );
}

const rank = ({ status, by }: Visit): number => (status < 400 ? 0 : 2) + (by === 'scenario' ? 0 : 1);
