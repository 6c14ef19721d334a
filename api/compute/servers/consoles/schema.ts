import { object, string, wrapped } from '../../../http/parameter-types.ts';
import { oneOf, shape } from '../../../http/response-types.ts';

const protocols = ['vnc', 'spice', 'rdp', 'serial'];
const types = ['novnc', 'xvpvnc', 'spice-html5', 'rdp-html5', 'serial'];

const body = (ofProtocol: readonly string[], ofType: readonly string[]) =>
  wrapped('remote_console', object({ protocol: oneOf(...ofProtocol), type: oneOf(...ofType) }, ['protocol', 'type']));

/** nova/api/openstack/compute/schemas/remote_consoles.py */
export const remoteConsoleBody = {
  6: body(protocols, types),
  8: body([...protocols, 'mks'], [...types, 'webmks']),
  99: body([...protocols, 'mks'], [...types, 'webmks', 'spice-direct']),
};

export const remoteConsoleResponse = shape({ remote_console: shape({ protocol: string, type: string, url: string }) });
export const consoleResponse = shape({ console: shape({ type: string, url: string }) });
