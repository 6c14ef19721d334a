import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { HttpFault } from '../http/http-fault.ts';

/**
 * A request speaks one microversion `2.<minor>`. Code asks `version.minor >= 26`; the major part never changes.
 * `legacy`: it came through `/v2`, where unknown keys are dropped and answers carry no version headers.
 */
export interface Microversion {
  readonly minor: number;
  readonly legacy: boolean;
}

export const OLDEST_MINOR = 1;
/** The newest microversion that every offered operation implements in full; it is what clients negotiate up to. */
export const NEWEST_MINOR = 104;

export const VERSION_HEADER = 'openstack-api-version';
export const OLD_VERSION_HEADER = 'x-openstack-nova-api-version';
export const versionText = (version: Microversion): string => `2.${version.minor}`;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The microversion a request asks for; 2.1 without a header, the newest for `latest`. `OpenStack-API-Version` (which may name
 * several services) goes before the older header.
 * @throws VolvoxError invalid (400) when it is malformed; HttpFault 406 when it is not offered.
 */
export function askedVersion(headers: Headers): Microversion {
  const asked = fromServiceHeader(headers[VERSION_HEADER]) ?? one(headers[OLD_VERSION_HEADER])?.trim();
  if (asked === undefined) return { minor: OLDEST_MINOR, legacy: false };
  if (asked.toLowerCase() === 'latest') return { minor: NEWEST_MINOR, legacy: false };
  const match = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(asked);
  if (match === null) {
    throw new VolvoxError(
      'invalid',
      `API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.`,
    );
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major !== 2 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    throw new HttpFault(
      406,
      `Version ${asked} is not supported by the API. Minimum is 2.${OLDEST_MINOR} and maximum is 2.${NEWEST_MINOR}.`,
    );
  }
  return { minor, legacy: false };
}

/** `identity 3.1, compute 2.79` → `2.79`. */
function fromServiceHeader(header: string | string[] | undefined): string | undefined {
  for (const part of one(header)?.split(',') ?? []) {
    const [service, version, ...rest] = part.trim().split(/\s+/);
    if (service?.toLowerCase() === 'compute') return [version ?? '', ...rest].join(' ');
  }
  return undefined;
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;
