import type { Logger } from '#platform/logging/logger.ts';

/** Where lines go when a history is told. */
type Tell = (line: string) => void;

/** A logger that says nothing, or, while a history is replayed, tells who says what. */
export function simulatedLog(tell: Tell | null, who: string): Logger {
  const write =
    (level: string) =>
    (...args: unknown[]) => {
      if (tell !== null) tell(`${who} ${level}: ${args.map(asText).join(' ')}`);
    };
  const log = {
    level: tell === null ? 'silent' : 'debug',
    trace: () => undefined,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
    child: () => log,
  };
  return log as unknown as Logger;
}

const asText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : JSON.stringify(value, (_key, inner) => (inner instanceof Error ? String(inner) : inner));
