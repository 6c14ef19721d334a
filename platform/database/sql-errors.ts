const codeOf = (error: unknown): { code: string; errno: number } => {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return { code: typeof code === 'string' ? code : '', errno: typeof errno === 'number' ? errno : 0 };
};

/** Deadlock (1213; on Galera also a certification conflict at commit), lock-wait time-out (1205): the transaction was rolled back. */
export const isRetriable = (error: unknown): boolean => [1213, 1205].includes(codeOf(error).errno);

const LOST = [
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
];
/** No connection, or it went away: whether the last statement took effect is unknown. */
export const isLostConnection = (error: unknown): boolean => {
  const { code, errno } = codeOf(error);
  return (
    LOST.includes(code) ||
    [1053, 1927, 2006, 2013].includes(errno) ||
    /pool is closed|closed state/i.test(String(error))
  );
};

/**
 * The server takes no statement with this value, now or later: too long, out of range, not of its column's kind, not to be compared,
 * too large for a packet or a row.
 */
export const isRefusedValue = (error: unknown): boolean =>
  [1048, 1118, 1153, 1264, 1265, 1267, 1271, 1292, 1366, 1406, 3140, 3854, 4025].includes(codeOf(error).errno);

/** A unique key is taken (1062). `key` narrows it to one index by name. */
export const isDuplicate = (error: unknown, key?: string): boolean =>
  codeOf(error).errno === 1062 && (key === undefined || String((error as Error).message).includes(key));
