import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { computeFaults } from '../http/fault-formats.ts';
import { novaSentence } from '../http/validation-message.ts';
import { computeMicroversions } from './microversions.ts';

/** The Compute API, version 2.1 with microversions, and `/v2` without. */
export const computeService: ApiService = {
  name: 'compute',
  title: 'Compute API',
  prefix: '/compute',
  bases: ['/v2.1', '/v2'],
  projectInPath: true,
  microversions: computeMicroversions,
  openApiPath: '/v2.1/openapi.json',
  faults: computeFaults,
  sentence: novaSentence,
  scope: 'project',
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  requestIdHeader: 'x-compute-request-id',
};
