import { type ApiService, DEFAULT_MAX_BODY_BYTES } from '../http/api-service.ts';
import { placementSentence } from '../http/validation-message.ts';
import { placementFaults } from './faults.ts';
import { placementMicroversions } from './microversions.ts';

/** The Placement API, version 1 with microversions: a view of the hosts of all cells (decision 0036). */
export const placementService: ApiService = {
  name: 'placement',
  title: 'Placement API',
  prefix: '/placement',
  bases: [''],
  microversions: placementMicroversions,
  openApiPath: '/openapi.json',
  faults: placementFaults,
  sentence: placementSentence,
  scope: 'project',
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
};
