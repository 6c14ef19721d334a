import { type Static, Type } from 'typebox';
import { SimulationReport } from '#platform/objects/simulation.ts';
import { always } from '../../http/by-version.ts';
import { closed, shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });
const Amount = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });

const NewSimulation = Type.Object(
  {
    /** A cell's id or name. */
    loseCell: Type.Optional(Name),
    addHosts: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 10_000 }),
          /** The name of a host. */
          like: Type.Optional(Name),
          /** A cell's id or name. */
          cell: Type.Optional(Name),
          vcpus: Type.Optional(Amount),
          ramMb: Type.Optional(Amount),
          diskGb: Type.Optional(Amount),
        },
        { additionalProperties: false },
      ),
    ),
    /** By name of a weigher. */
    multipliers: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Number(), { maxProperties: 64 })),
    /** Place all servers anew; also when there are multipliers. */
    everything: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type NewSimulation = Static<typeof NewSimulation>;
export const newSimulationBody = always(jsonSchema(NewSimulation));
export const simulationResponse = always(shape({ simulation: closed(jsonSchema(SimulationReport)) }));
