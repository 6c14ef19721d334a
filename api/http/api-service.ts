import type { FaultFormat } from './faults.ts';
import type { Microversions } from './microversion.ts';
import type { Sentence } from './validation-message.ts';

/** One API of the front, as data: the settings that all its routes share. */
export interface ApiService {
  readonly name: 'compute' | 'identity' | 'image' | 'network' | 'placement' | 'federation';
  /** Of its OpenAPI document. */
  readonly title: string;
  /** `/compute`; every route of the API lies under it. */
  readonly prefix: string;
  /** Where its routes are mounted below the prefix: `/v2.1` and `/v2` for compute; the empty path where routes name their version. */
  readonly bases: readonly string[];
  /** Whether a path may name the caller's project after the base, as the Compute API allows. */
  readonly projectInPath?: boolean;
  /** Absent: the service has one version. */
  readonly microversions?: Microversions;
  /** Where the OpenAPI document lies, below the prefix. Nobody needs a token to read it. */
  readonly openApiPath: string;
  readonly faults: FaultFormat;
  /** Formats a validation error of a body or a query. */
  readonly sentence: Sentence;
  /** `any`: also takes tokens without a project. */
  readonly scope: 'project' | 'any';
  /** The largest body, bytes; routes that stream are not bounded by it. */
  readonly maxBodyBytes: number;
  /** The header that carries the request id in answers, besides `x-openstack-request-id`. */
  readonly requestIdHeader?: string;
}

/** The bound of oslo.middleware's sizelimit, which the services of OpenStack have by default. */
export const DEFAULT_MAX_BODY_BYTES = 114_688;
