import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { HttpFault } from '../http/http-fault.ts';
import {
  headerVersion,
  type Microversion,
  type Microversions,
  type RequestHeaders,
  VERSION_HEADER,
} from '../http/microversion.ts';

const OLDEST_MINOR = 0;
const NEWEST_MINOR = 39;
const textOf = (minor: number): string => `1.${minor}`;
export const OLDEST = textOf(OLDEST_MINOR);
export const NEWEST = textOf(NEWEST_MINOR);

/** 1.0 without a header that names the service. @throws VolvoxError invalid (400) when it is malformed; HttpFault 406 when it is not offered. */
function requestedVersion(headers: RequestHeaders): Microversion {
  const requested = headerVersion(headers, 'placement');
  if (requested === undefined) return { minor: OLDEST_MINOR, legacy: false };
  if (requested.toLowerCase() === 'latest') return { minor: NEWEST_MINOR, legacy: false };
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(requested);
  if (match === null) {
    throw new VolvoxError(
      'invalid',
      `invalid version string: ${requested.slice(0, 100)}. Expected: placement 1.N, or placement latest.`,
    );
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major !== 1 || minor > NEWEST_MINOR) {
    throw new HttpFault(406, `Unacceptable version header: ${requested}. Offered are ${OLDEST} to ${NEWEST}.`);
  }
  return { minor, legacy: false };
}

export const placementMicroversions: Microversions = {
  major: 1,
  oldest: OLDEST_MINOR,
  newest: NEWEST_MINOR,
  requested: (_base, headers) => requestedVersion(headers),
  headers: ({ minor }) => ({
    [VERSION_HEADER]: `placement ${textOf(minor)}`,
    vary: 'OpenStack-API-Version',
  }),
};
