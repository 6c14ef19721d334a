import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { imageFaults } from '../http/fault-formats.ts';
import { plainSentence } from '../http/validation-message.ts';

/** The Image API, version 2. */
export const imageService: ApiService = {
  name: 'image',
  title: 'Image API',
  prefix: '/image',
  bases: [''],
  openApiPath: '/openapi.json',
  faults: imageFaults,
  sentence: plainSentence,
  scope: 'project',
  maxBodyBytes: 8 * DEFAULT_MAX_BODY_BYTES,
};
