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

/** The microversions of one service: compute today; identity, image, network and federation have none. */
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

/** Every request of a service without microversions. */
export const UNVERSIONED: Microversion = { minor: 1, legacy: false };
