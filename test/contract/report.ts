import { exercises } from './coverage.ts';
import type { NovaOperation } from './nova-operations.ts';
import type { Outcome, Results } from './outcome.ts';

const COVERAGE = 'Operations at their lowest and highest microversion (status; p: of a probe, else of a scenario)';

/** The tables that `npm run conformance` prints. @param operations none: their table is left out. */
export function report(results: Results, operations: readonly NovaOperation[], isVerbose: boolean): string {
  const { outcomes, notes } = results;
  const shown = outcomes.filter(({ state }) => isVerbose || state !== 'passed');
  return [
    'Scenarios',
    ...shown.map(({ name, state, words }) => `  ${state.padEnd(7)}  ${name}${words === '' ? '' : `\n      ${words}`}`),
    `  black box: ${counted(outcomes.filter(({ isBlackBox }) => isBlackBox))}`,
    `  the others: ${counted(outcomes.filter(({ isBlackBox }) => !isBlackBox))}`,
    ...(operations.length === 0 ? [] : ['', COVERAGE, ...coverageLines(results, operations, isVerbose)]),
    ...(isVerbose ? ['', ...notes] : []),
    '',
  ].join('\n');
}

const counted = (outcomes: readonly Outcome[]): string =>
  (['passed', 'failed', 'skipped'] as const)
    .map((state) => `${outcomes.filter((one) => one.state === state).length} ${state}`)
    .join(', ')
    .concat(` of ${outcomes.length}`);

function coverageLines(results: Results, operations: readonly NovaOperation[], isVerbose: boolean): readonly string[] {
  const missing = new Set(results.missing);
  const all = exercises(operations, results.visits);
  const lines = operations.flatMap((operation) => {
    const here = all.filter((one) => one.operation === operation);
    const cells = here.map(({ minor, visit }) => {
      const lacks = missing.has(missingLabel(operation, minor));
      const answer = lacks
        ? 'not offered'
        : visit === null
          ? 'not exercised'
          : `${visit.status}${visit.by === 'probe' ? 'p' : ''}`;
      return { isDone: !lacks && visit !== null, text: `2.${minor} ${answer}` };
    });
    const isDone = cells.every((cell) => cell.isDone);
    return isDone && !isVerbose ? [] : [`  ${operation.label.padEnd(72)} ${cells.map(({ text }) => text).join('   ')}`];
  });
  const done = operations.filter((operation) =>
    all.every(
      (one) => one.operation !== operation || (one.visit !== null && !missing.has(missingLabel(operation, one.minor))),
    ),
  );
  return [...lines, `  ${done.length} of ${operations.length} operations were exercised at both ends of their range`];
}

export const missingLabel = ({ label }: NovaOperation, minor: number): string => `${label} at 2.${minor}`;
