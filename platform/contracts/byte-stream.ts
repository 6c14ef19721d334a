import type { TSchema } from 'typebox';

/** The protocol to which the connection of a stream is upgraded: bytes in both directions, with nothing around them. */
export const STREAM_PROTOCOL = 'volvox-bytes';

/**
 * A stream of bytes that a peer serves in addition to its contract, for what is no question with an answer. Its parameters are texts and whole numbers.
 * A peer of a release without it refuses it.
 */
export interface ByteStream<S extends TSchema = TSchema> {
  readonly name: string;
  /** The contract with which it is served: who may open it is who may call that one. */
  readonly contract: string;
  readonly path: string;
  readonly params: S;
}

export const byteStream = <S extends TSchema>(contract: string, name: string, params: S): ByteStream<S> => ({
  ...{ name, contract, params },
  path: `/streams/${contract}/${name}`,
});
