import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { identityFaults } from '../http/fault-formats.ts';
import { plainSentence } from '../http/validation-message.ts';

/** The Identity API, version 3. */
export const identityService: ApiService = {
  name: 'identity',
  title: 'Identity API',
  prefix: '/identity',
  bases: [''],
  openApiPath: '/openapi.json',
  faults: identityFaults,
  sentence: plainSentence,
  scope: 'any',
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
};
