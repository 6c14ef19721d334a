/**
 * The version of a service that a request speaks, `<major>.<minor>`; the major part never changes. A service without microversions
 * has the one version `{ minor: 1 }`.
 * `legacy`: the request came through `/v2` of the Compute API, where unknown keys are dropped and answers carry no version headers.
 */
export interface Microversion {
  readonly minor: number;
  readonly legacy: boolean;
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The microversions of one service, compute or placement; the others have none. */
export interface Microversions {
  readonly major: number;
  readonly oldest: number;
  readonly newest: number;
  /**
   * @param base where the route is mounted below the service's prefix, `/v2.1`.
   * @throws VolvoxError invalid when the header is malformed; HttpFault 406 when the version is not offered.
   */
  readonly requested: (base: string, headers: RequestHeaders) => Microversion;
  /** The headers by which an answer names its version. */
  readonly headers: (version: Microversion) => Readonly<Record<string, string>>;
}

/** `OpenStack-API-Version: identity 3.1, compute 2.79` → `2.79` for compute; undefined when the header does not name the service. */
export function headerVersion(headers: RequestHeaders, service: string): string | undefined {
  for (const part of oneHeader(headers[VERSION_HEADER])?.split(',') ?? []) {
    const [named, version, ...rest] = part.trim().split(/\s+/);
    if (named?.toLowerCase() === service) return [version ?? '', ...rest].join(' ');
  }
  return undefined;
}

/** The header in which a request names the microversions of services, and an answer that of its own. */
export const VERSION_HEADER = 'openstack-api-version';

export const oneHeader = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;

/** Every request of a service without microversions. */
export const UNVERSIONED: Microversion = { minor: 1, legacy: false };
