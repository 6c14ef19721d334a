import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { networkFaults } from '../http/fault-formats.ts';
import { plainSentence } from '../http/validation-message.ts';

/** The Networking API, version 2.0. */
export const networkService: ApiService = {
  name: 'network',
  title: 'Network API',
  prefix: '/network',
  bases: [''],
  openApiPath: '/openapi.json',
  faults: networkFaults,
  sentence: plainSentence,
  scope: 'project',
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
};
