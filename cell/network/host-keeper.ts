import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { AgentError } from '#platform/objects/agent-error.ts';
import type { DesiredBinding, ObservedBinding } from '#platform/objects/port-binding.ts';
import { compareAge } from '../agent/subject.ts';
import { withMembers } from './desired-groups.ts';
import { type DesiredHost, desiredHost } from './desired-host.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import { type KnownDefinitions, NOTHING_KNOWN } from './known-definitions.ts';
import { bridgeName, routerPart, tapName } from './names.ts';
import { nextSteps, type Step, stepsFor, subjectOf } from './next-steps.ts';
import type { ObservedHost } from './observed-host.ts';
import { Slots } from './slots.ts';

/** After so many failed passes in a row the host counts as one that cannot work. */
const MAX_FAILED_PASSES = 2;
/** How often it decides anew within one pass, before it leaves the rest to the next. */
const ROUNDS = 3;

interface Outcome {
  readonly observed: ObservedHost;
  /** What is still to be done, and why it could not be. */
  readonly left: readonly Step[];
  readonly reasons: ReadonlyMap<Step['kind'], string>;
  /** Why a step of the host itself, not of one network, could not be done. */
  readonly failed: string | null;
}

interface HostKeeperOptions {
  readonly hostName: string;
  readonly driver: NetworkDriver;
  readonly log: Logger;
}

/**
 * Keeps one host as its bindings want it. A pass looks at the whole host, decides, does, and looks again; bindings that
 * change at the same moment share one pass.
 */
export class HostKeeper {
  readonly #options: HostKeeperOptions;
  /** In the order in which they were heard of: the newest knows its network best. */
  readonly #bindings = new Map<string, DesiredBinding>();
  readonly #slots = new Slots();
  readonly #routerSlots = new Slots();
  /** Taps that must go, until they are seen to be gone. */
  readonly #gone = new Set<string>();
  /** So that what fails again in the same way is not told again and again. */
  #lastReasons: ReadonlyMap<Step['kind'], string> = new Map();
  /** Passes in a row that failed as a whole, and why the last one did. */
  #failed: { readonly passes: number; readonly reason: string } = { passes: 0, reason: '' };
  #definitions: KnownDefinitions | null = null;
  #complete = false;
  /** The last decision, as long as its inputs are the same. Its members of groups may be old. */
  #decided: { readonly structure: object | null; readonly host: DesiredHost } | null = null;
  #closed = false;
  #adopted = false;
  /** Ends with the current pass, however that ends. */
  #running: Promise<void> = Promise.resolve();
  #next: Promise<Outcome> | undefined;

  constructor(options: HostKeeperOptions) {
    this.#options = options;
  }

  get hostName(): string {
    return this.#options.hostName;
  }

  /** Why the host cannot be worked on at all, as its last passes found; null when they could, also when a single network failed. */
  get failure(): string | null {
    return this.#failed.passes >= MAX_FAILED_PASSES ? this.#failed.reason : null;
  }

  /** Takes note, without acting. An older word than the known one is ignored. */
  note(desired: DesiredBinding): void {
    const known = this.#bindings.get(desired.bindingId);
    if (known !== undefined && compareAge(desired, known) < 0) return;
    this.#decided = null;
    this.#bindings.delete(desired.bindingId);
    if (desired.present) {
      this.#bindings.set(desired.bindingId, desired);
      this.#gone.delete(tapName(desired.port.id));
    } else if (!this.#isDesired(desired.port.id)) {
      this.#gone.add(tapName(desired.port.id));
    }
  }

  /** From now on what is found and was never noted is a leftover. */
  noteComplete(): void {
    this.#decided = null;
    this.#complete = true;
  }

  /**
   * From now on groups and ports are as this view says, also when it changes; the caller then asks for a pass. To be called when anything
   * is known, from a file or from the conductor: until then rules that stand are left as they are.
   */
  noteDefinitions(known: KnownDefinitions): void {
    this.#definitions = known;
  }

  bindings(): readonly DesiredBinding[] {
    return [...this.#bindings.values()];
  }

  /** Notes it, brings the host there as far as it goes, and says what is so. */
  async converge(desired: DesiredBinding): Promise<ObservedBinding> {
    this.note(desired);
    const problem = desired.present ? this.#problemWith(desired) : null;
    if (problem !== null) return observed(desired, false, { message: problem, permanent: true });
    return this.#judge(desired, await this.pass());
  }

  /** Begins no more passes, and resolves when the current one has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  /** A pass that begins after this call; calls during a pass share the one after it. */
  pass(): Promise<Outcome> {
    this.#next ??= this.#running.then(async () => {
      // Bindings that arrive in the same turn of the event loop share this pass.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#closed) throw new VolvoxError('unavailable', 'The agent stops.');
      const run = this.#run();
      this.#running = run.then(
        ({ failed }) => this.#noteFailure(failed),
        (error: unknown) => this.#noteFailure(messageOf(error)),
      );
      this.#next = undefined;
      return await run;
    });
    return this.#next;
  }

  async #run(): Promise<Outcome> {
    const { driver, hostName } = this.#options;
    let reasons: ReadonlyMap<Step['kind'], string> = new Map();
    let failed: string | null = null;
    for (let round = 1; ; round++) {
      const reality = await driver.look(hostName);
      this.#adopt(reality);
      const desired = this.#desired();
      const left = nextSteps(desired, reality);
      if (left.length === 0 || reasons.size > 0 || round > ROUNDS) {
        this.#tidy(desired, reality);
        return { observed: reality, left, reasons, failed };
      }
      ({ reasons, failed } = await this.#carryOut(left));
    }
  }

  #noteFailure(reason: string | null): void {
    this.#failed = reason === null ? { passes: 0, reason: '' } : { passes: this.#failed.passes + 1, reason };
  }

  /** A step that fails keeps back the later steps of its network or router, or all of them when it is the host's. */
  async #carryOut(steps: readonly Step[]): Promise<Pick<Outcome, 'reasons' | 'failed'>> {
    const { driver, hostName, log } = this.#options;
    const reasons = new Map<Step['kind'], string>();
    const failed = new Set<string>();
    let ofHost: string | null = null;
    for (const step of steps) {
      const subject = subjectOf(step);
      if (failed.has(subject)) continue;
      try {
        await driver.carryOut(hostName, step);
      } catch (error) {
        const reason = messageOf(error);
        const level = this.#lastReasons.get(step.kind) === reason ? 'debug' : 'warn';
        log[level]({ err: error, host: hostName, step: step.kind, subject }, 'a step failed');
        reasons.set(step.kind, reason);
        if (subject === '') {
          ofHost = reason;
          break;
        }
        failed.add(subject);
      }
    }
    this.#lastReasons = reasons;
    return { reasons, failed: ofHost };
  }

  /** Why the port can never be plugged here; null when it can. */
  #problemWith({ network, port, parent }: DesiredBinding): string | null {
    const { driver } = this.#options;
    const subportProblem = parent === undefined ? null : driver.subportProblem();
    if (parent !== undefined && subportProblem !== null)
      return `Port ${port.id} cannot be a subport of port ${parent.portId} here: ${subportProblem}`;
    return driver.problemWith(network);
  }

  /** Mostly only members of groups change; then only they are read again. */
  #desired(): DesiredHost {
    const definitions = this.#definitions ?? NOTHING_KNOWN;
    const structure = this.#definitions?.structure ?? null;
    if (this.#decided?.structure !== structure) this.#decided = { structure, host: this.#decide() };
    const { host } = this.#decided;
    return host.groups === null ? host : { ...host, groups: withMembers(host.groups, definitions) };
  }

  #decide(): DesiredHost {
    const { driver, hostName } = this.#options;
    const buildable = this.bindings().filter((binding) => this.#problemWith(binding) === null);
    return desiredHost(buildable, {
      hasUplink: driver.hasUplink,
      blockedRanges: driver.blockedRanges,
      connectionsPerGuest: driver.connectionsPerGuest,
      carries: (network) => driver.carries(network),
      ...{ hostName, enforcesGroups: driver.enforcesGroups },
      definitions: this.#definitions ?? NOTHING_KNOWN,
      definitionsKnown: this.#definitions !== null,
      slotOf: (networkId) => this.#slots.of(bridgeName(networkId)),
      routerSlotOf: (routerId) => this.#routerSlots.of(routerPart(routerId)),
      canBuild: (network) => driver.problemWith(network) === null,
      goneTaps: this.#gone,
      complete: this.#complete,
    });
  }

  /** Once: the slots that the host already uses are kept, so that a restart changes nothing. */
  #adopt(reality: ObservedHost): void {
    if (this.#adopted) return;
    this.#adopted = true;
    this.#decided = null;
    for (const { bridge, slot } of reality.networks) if (slot !== null) this.#slots.take(bridge, slot);
    for (const { router, slot } of reality.routers) if (slot !== null) this.#routerSlots.take(router, slot);
  }

  #tidy(desired: DesiredHost, reality: ObservedHost): void {
    for (const tap of this.#gone) if (!reality.taps.some(({ name }) => name === tap)) this.#gone.delete(tap);
    const bridges = new Set([...desired.networks, ...reality.networks].map(({ bridge }) => bridge));
    this.#slots.keepOnly((bridge) => bridges.has(bridge));
    const routers = new Set([
      ...desired.routers.map(({ part }) => part),
      ...reality.routers.map(({ router }) => router),
    ]);
    this.#routerSlots.keepOnly((router) => routers.has(router));
  }

  #isDesired(portId: string): boolean {
    return [...this.#bindings.values()].some(({ port }) => port.id === portId);
  }

  #judge(desired: DesiredBinding, outcome: Outcome): ObservedBinding {
    const there = outcome.observed.taps.some(({ name }) => name === tapName(desired.port.id));
    if (!desired.present) {
      // Two guests of an instance on one host share their ports: the other guest keeps it.
      if (this.#isDesired(desired.port.id)) return observed(desired, false, null);
      const reason = outcome.reasons.get('unplug-taps') ?? 'The port is still there.';
      return observed(desired, there, there ? { message: reason, permanent: false } : null);
    }
    const [missing] = stepsFor(bridgeName(desired.network.id), outcome.left);
    if (missing === undefined) return observed(desired, there, refusal(desired, outcome.observed));
    const message = outcome.reasons.get(missing.kind) ?? `${missing.kind} has not worked`;
    return observed(desired, there, { message, permanent: false });
  }
}

/** The port has no DHCP because of its own name or address; every other host would refuse it too. */
function refusal({ network, port, hostname }: DesiredBinding, { dhcp }: ObservedHost): BindingError | null {
  const refused = dhcp.find(({ bridge }) => bridge === bridgeName(network.id))?.refused ?? [];
  if (!refused.includes(port.mac)) return null;
  const message = `The DHCP server refuses port ${port.id} (host name ${JSON.stringify(hostname)}, MAC ${port.mac}).`;
  return { message, permanent: true, blame: 'request' };
}

type BindingError = Omit<AgentError, 'details'>;

/** Settled when nothing keeps it from being so. */
function observed(desired: DesiredBinding, present: boolean, error: BindingError | null): ObservedBinding {
  return {
    bindingId: desired.bindingId,
    hostName: desired.hostName,
    generation: desired.generation,
    present,
    settled: error === null,
    error: error === null ? null : { ...error, details: null },
  };
}
