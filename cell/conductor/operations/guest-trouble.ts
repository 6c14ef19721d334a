import { fromJson } from '#platform/database/json-column.ts';
import type { AgentError } from '#platform/objects/agent-error.ts';

/** After so many failed tries in a row the operation counts the agent's work as failed. */
const MAX_ERRORS = 3;

interface Reported {
  /** JSON of AgentError. */
  readonly error: string | null;
  readonly errors: number;
}

/** The error of an agent that has failed for good; null while the agent may still succeed. */
export const troubleOf = (row: Reported): string | null => finalError(row)?.message ?? null;

/** The same with everything that the agent said. */
export function finalError(row: Reported, maxErrors = MAX_ERRORS): AgentError | null {
  if (row.error === null) return null;
  const error = fromJson<AgentError>(row.error);
  return error.permanent || row.errors >= maxErrors ? error : null;
}
