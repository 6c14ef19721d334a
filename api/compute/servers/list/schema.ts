import { mapVersions } from '../../../http/by-version.ts';
import { oneOf, pageOf, shapes, together } from '../../../http/response-types.ts';
import { brief, EXTENSIONS, PLAIN, UNKNOWN_MEMBERS } from '../show/schema.ts';

/** From 2.69 on a server of a silent cell has a status: UNKNOWN. */
const briefServer = shapes({ 1: brief, 69: { 'status?': oneOf('UNKNOWN') } });

export const serversResponse = mapVersions(briefServer, (server) => pageOf('servers', server));
export const serversDetailResponse = mapVersions(shapes(together(PLAIN, EXTENSIONS, UNKNOWN_MEMBERS)), (server) =>
  pageOf('servers', server),
);
