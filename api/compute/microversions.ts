import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { HttpFault } from '../http/http-fault.ts';
import {
  headerVersion,
  type Microversion,
  type Microversions,
  oneHeader,
  type RequestHeaders,
  VERSION_HEADER,
} from '../http/microversion.ts';

export const OLDEST_MINOR = 1;
/** The newest microversion that every offered operation implements in full; it is what clients negotiate up to. */
export const NEWEST_MINOR = 104;

const OLD_VERSION_HEADER = 'x-openstack-nova-api-version';
const versionText = (version: Microversion): string => `2.${version.minor}`;

/**
 * The microversion a request wants; 2.1 without a header, the newest for `latest`. `OpenStack-API-Version` (which may name
 * several services) goes before the older header.
 * @throws VolvoxError invalid (400) when it is malformed; HttpFault 406 when it is not offered.
 */
function requestedVersion(headers: RequestHeaders): Microversion {
  const requested = headerVersion(headers, 'compute') ?? oneHeader(headers[OLD_VERSION_HEADER])?.trim();
  if (requested === undefined) return { minor: OLDEST_MINOR, legacy: false };
  if (requested.toLowerCase() === 'latest') return { minor: NEWEST_MINOR, legacy: false };
  const match = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(requested);
  if (match === null) {
    throw new VolvoxError(
      'invalid',
      `API Version String ${requested} is of invalid format. Must be of format MajorNum.MinorNum.`,
    );
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major !== 2 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    throw new HttpFault(
      406,
      `Version ${requested} is not supported by the API. Minimum is 2.${OLDEST_MINOR} and maximum is 2.${NEWEST_MINOR}.`,
    );
  }
  return { minor, legacy: false };
}

const LEGACY: Microversion = { minor: OLDEST_MINOR, legacy: true };

/** The microversions of the Compute API; `/v2` has none. */
export const computeMicroversions: Microversions = {
  major: 2,
  oldest: OLDEST_MINOR,
  newest: NEWEST_MINOR,
  requested: (base, headers) => (base === '/v2' ? LEGACY : requestedVersion(headers)),
  headers: (version) => ({
    [VERSION_HEADER]: `compute ${versionText(version)}`,
    [OLD_VERSION_HEADER]: versionText(version),
    vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
  }),
};
