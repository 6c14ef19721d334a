/** The task states of servers whose ports change. Changes of the ports of one server are made one after the other. */
export const CHANGES_OF_INTERFACES: readonly string[] = ['attaching-interface', 'detaching-interface'];
