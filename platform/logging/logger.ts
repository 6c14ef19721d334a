import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. Every line of a request carries `requestId`; child loggers add what they are about. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause },
  });
}

/** For tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' });
