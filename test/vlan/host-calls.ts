import type { DesiredBinding } from '#platform/objects/port-binding.ts';

/** A network device of a host, as `ip` shows it. */
export interface HostDevice {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  /** 802.1Q. */
  readonly vlan: number | null;
  readonly index: number;
  readonly mtu: number;
}

/** What the harness asks of a host; `host-program.ts` answers inside of it. */
export interface HostCalls {
  /** Sets up the host's own card and sets up its agent with these options. @returns the release of the kernel. */
  begin(setup: { readonly address: string; readonly options: Readonly<Record<string, string>> }): Promise<string>;
  /** Tells the agent of these bindings, and waits until the host is as they say. */
  apply(bindings: readonly DesiredBinding[]): Promise<void>;
  /** Starts a guest at the tap of a port, which asks for its address. @returns what the DHCP server said. */
  plug(binding: DesiredBinding): Promise<string>;
  /** Whether the guest at this port is answered. */
  pings(question: { readonly portId: string; readonly address: string }): Promise<boolean>;
  /** From now on whoever connects to TCP port 7000 of the guest is told this word. */
  serve(offer: { readonly portId: string; readonly word: string }): Promise<void>;
  /** What the guest is told at TCP port 7000 of an address; empty: nothing. */
  fetch(question: { readonly portId: string; readonly address: string }): Promise<string>;
  /** The devices that carry networks between hosts, in every namespace. */
  carriers(): Promise<readonly HostDevice[]>;
  /** Ends the agent and starts it again, while a guest pings an address from before until after. */
  restart(question: { readonly portId: string; readonly address: string }): Promise<{
    /** The numbers of the pings that were answered, from 0. */
    readonly answers: readonly number[];
    /** How many were answered when the agent had ended, and when it had started again. */
    readonly between: number;
    readonly after: number;
    /** What the new agent has done on the host. */
    readonly steps: readonly string[];
  }>;
  /** Runs a program on the host, in its own namespace. */
  run(
    command: readonly string[],
  ): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }>;
  /** Removes a device behind the agent's back, and lets it look. */
  removeDevice(device: { readonly namespace: string; readonly name: string }): Promise<void>;
  /** Removes all that the agent made, and ends the host. @returns the devices that are left. */
  end(): Promise<readonly HostDevice[]>;
}

export interface Call {
  readonly id: number;
  readonly name: keyof HostCalls;
  readonly argument: unknown;
}
export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
