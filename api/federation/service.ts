import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { federationFaults } from '../http/fault-formats.ts';
import { plainSentence } from '../http/validation-message.ts';

/** Our own API: the cells of the region, their hosts, and what is being done. See docs/federation-api.md. */
export const federationService: ApiService = {
  name: 'federation',
  title: 'Federation API',
  prefix: '/federation',
  bases: [''],
  openApiPath: '/openapi.json',
  faults: federationFaults,
  sentence: plainSentence,
  scope: 'project',
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
};
