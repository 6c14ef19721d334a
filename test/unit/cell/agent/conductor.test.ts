import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ErrorKind, VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Conductor, type ConductorClient, createConductor } from '../../../../cell/agent/conductor.ts';

describe('the conductors of a cell as one', () => {
  let conductor: Conductor;
  let asked: ConductorClient[];
  beforeEach(() => {
    conductor = createConductor(['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'], () => 'key');
    asked = [];
  });
  afterEach(() => conductor.close());
  const failing = (kind: ErrorKind) => async (client: ConductorClient) => {
    asked.push(client);
    throw new VolvoxError(kind, kind);
  };
  const answering = async (client: ConductorClient) => {
    asked.push(client);
    return 'answer';
  };

  it('asks the next one when one cannot be reached, and stays with who answered', async () => {
    let calls = 0;
    const first = await conductor.ask((client) => (calls++ === 0 ? failing('unavailable')(client) : answering(client)));
    expect(first).toBe('answer');
    await conductor.ask(answering);
    expect(asked[1]).not.toBe(asked[0]);
    expect(asked[2]).toBe(asked[1]);
  });

  it('leaves one that does not answer in time, without repeating the call', async () => {
    await expect(conductor.ask(failing('deadline-exceeded'))).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    expect(asked).toHaveLength(1);
    await conductor.ask(answering);
    expect(asked[1]).not.toBe(asked[0]);
  });

  it('stays with one that refuses', async () => {
    await expect(conductor.ask(failing('conflict'))).rejects.toMatchObject({ kind: 'conflict' });
    await conductor.ask(answering);
    expect(asked[1]).toBe(asked[0]);
  });

  it('moves on by one when calls to the same one fail together', async () => {
    await Promise.allSettled([1, 2, 3].map(() => conductor.ask(failing('deadline-exceeded'))));
    expect(new Set(asked).size).toBe(1);
    await conductor.ask(answering);
    await expect(conductor.ask(failing('deadline-exceeded'))).rejects.toThrow();
    await conductor.ask(answering);
    expect(new Set(asked).size).toBe(3);
  });
});
