import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { federationFaults } from '../http/fault-formats.ts';
import { plainSentence } from '../http/validation-message.ts';

/** The Federation API of Volvox: the cells of the region, their hosts, operations and moves. See docs/federation-api.md. */
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
