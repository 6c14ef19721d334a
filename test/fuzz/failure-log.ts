import pino, { type Logger } from 'pino';

/** What went wrong inside, by request id: the caller of a failed request is told nothing of it. */
export interface FailureLog {
  readonly log: Logger;
  reasonOf(requestId: string): string | undefined;
}

export function createFailureLog(): FailureLog {
  const reasons = new Map<string, string>();
  const write = (line: string): void => {
    const { requestId, err } = JSON.parse(line) as { requestId?: string; err?: { message?: string } };
    if (requestId !== undefined && err?.message !== undefined) reasons.set(requestId, err.message);
  };
  const log = pino({ level: 'warn', serializers: { err: pino.stdSerializers.errWithCause } }, { write });
  return { log, reasonOf: (requestId) => reasons.get(requestId) };
}
