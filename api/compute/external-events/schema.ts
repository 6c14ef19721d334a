import { mapVersions } from '../../http/by-version.ts';
import { arrayOf, object, string, uuid } from '../../http/parameter-types.ts';
import { integer, oneOf, shape } from '../../http/response-types.ts';

const NETWORK = ['network-changed', 'network-vif-plugged', 'network-vif-unplugged', 'network-vif-deleted'];
const EXTENDED = [...NETWORK, 'volume-extended'];
const POWER = [...EXTENDED, 'power-update'];
const ACCELERATOR = [...POWER, 'accelerator-request-bound'];
const NAMES = { 1: NETWORK, 51: EXTENDED, 76: POWER, 82: ACCELERATOR, 93: [...ACCELERATOR, 'volume-reimaged'] };
const STATUS = { type: 'string', enum: ['failed', 'completed', 'in-progress'] };
const tag = { type: 'string', maxLength: 255 };

export const createEventsBody = mapVersions(NAMES, (names) => {
  const event = object({ server_uuid: uuid, name: { type: 'string', enum: names }, status: STATUS, tag }, [
    'server_uuid',
    'name',
  ]);
  return object({ events: arrayOf(event, { minItems: 1 }) }, ['events']);
});

export const eventsResponse = mapVersions(NAMES, (names) =>
  shape({
    events: arrayOf(
      shape({
        server_uuid: string,
        name: oneOf(...names),
        status: oneOf('completed', 'failed'),
        'tag?': string,
        code: integer,
      }),
    ),
  }),
);
