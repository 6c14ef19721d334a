/** The event loop's own, taken before anything is replaced. */
export const realSetImmediate = globalThis.setImmediate;
