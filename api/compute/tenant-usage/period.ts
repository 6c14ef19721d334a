import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Query } from '../../http/query.ts';

/** ms since the epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** With `T` and no fraction, with `T` and one, or with a space and a fraction; a moment has no zone, and is UTC. */
const FORM =
  /^(\d{4}-\d{1,2}-\d{1,2})(?:T(\d{1,2}:\d{1,2}:\d{1,2})(\.\d{1,6})?| (\d{1,2}:\d{1,2}:\d{1,2})(\.\d{1,6}))$/;

/**
 * The period that is asked for, up to now at most; a bound that is missing is now. Of a repeated parameter the first value counts.
 * @throws VolvoxError invalid, with the name of the parameter, for a malformed moment, or when the start is not before the end.
 */
export function periodOf(query: Query, now: number): Period {
  const asked = (name: 'start' | 'end') => query[name]?.[0] || undefined;
  const [start, end] = [momentOf('start', asked('start')), momentOf('end', asked('end'))];
  const period = { start: start ?? now, end: end ?? now };
  const isEmpty = start === undefined && end === undefined;
  if (!isEmpty && period.start >= period.end) {
    throw new VolvoxError(
      'invalid',
      `Invalid start time. The start time cannot occur after the end time. start: ${asked('start') ?? 'now'}, end: ${asked('end') ?? 'now'}.`,
    );
  }
  return { start: period.start, end: Math.min(period.end, now) };
}

function momentOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, day, time, fraction, spacedTime, spacedFraction] = FORM.exec(text) ?? [];
  const padded = [day?.split('-'), (time ?? spacedTime)?.split(':')].map((parts) =>
    parts?.map((one) => one.padStart(2, '0')),
  );
  const iso = `${padded[0]?.join('-')}T${padded[1]?.join(':')}${fraction ?? spacedFraction ?? ''}Z`;
  const moment = Date.parse(iso);
  const isReal = !Number.isNaN(moment) && new Date(moment).toISOString().slice(0, 19) === iso.slice(0, 19);
  if (isReal) return moment;
  throw new VolvoxError(
    'invalid',
    `Invalid datetime string: Datetime is in invalid format: ${name}: '${text}'; expected YYYY-MM-DDThh:mm:ss[.ffffff].`,
  );
}
