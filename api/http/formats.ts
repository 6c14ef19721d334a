import { isIP, isIPv4, isIPv6 } from 'node:net';

/** The string formats that schemas of the Compute API name, besides those of JSON Schema (nova/api/validation/validators.py). */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(text),
  'date-time': (text) => !Number.isNaN(momentOf(text)),
  base64: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/\s/g, '')),
  ipv4: isIPv4,
  ipv6: isIPv6,
  ip: (text) => isIP(text) !== 0,
  cidr: (text) => {
    const [address = '', bits = '', ...rest] = text.split('/');
    return (
      rest.length === 0 && isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128)
    );
  },
  uri: (text) => URL.canParse(text),
  /** Printable characters, no space at either end. */
  name: (text) => text !== '' && text === text.trim() && isPrintable(text),
  name_with_leading_trailing_spaces: (text) => text.trim() !== '' && isPrintable(text),
  az_name: (text) => text !== '' && text === text.trim() && isPrintable(text) && !text.includes(':'),
  regex: (text) => isRegex(text),
};

const isPrintable = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(text);

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads an ISO 8601 moment as clients write it: date alone, `T` or a space, with or without seconds, fraction and zone (UTC without).
 * @returns ms since the epoch; NaN when it is none.
 */
export function momentOf(text: string): number {
  const match =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      text.trim(),
    );
  if (match === null) return Number.NaN;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const two = (part: string | undefined): string => (part ?? '').padStart(2, '0');
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const iso = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`;
  const ms = Date.parse(iso);
  // A day that the month does not have would roll over silently.
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
    ? ms
    : Number.NaN;
}
