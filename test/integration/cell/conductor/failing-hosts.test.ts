import { expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuildRequest, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const TRIAL_AFTER_MS = 600_000;

let world: CellWorld;
useAuditedCellWorld({ hosts: 2, conductor: { auditEveryMs: 200, buildTrialAfterMs: TRIAL_AFTER_MS } }, (made) => {
  world = made;
});

const first = async () => {
  const host = (await world.door.listHosts({})).hosts.find(({ name }) => name === 'host-1');
  if (host === undefined) throw new Error('there is no host-1');
  return host;
};
/** host-1 fails the build, host-2 takes it. */
const aFailedBuild = async () => {
  world.agents.guestFate = (guest) =>
    guest.hostName === 'host-1' && guest.power === 'running' ? { message: 'no disk', permanent: true } : 'settle';
  const request = aBuildRequest(world.host(0).id, { alternates: [world.host(1).id] });
  await world.door.createInstances({ requests: [request], actor: anActor() });
  expect(await world.until(request.build.uuid, 'active')).toMatchObject({ host: 'host-2' });
  world.agents.guestFate = () => 'settle';
};
const untilTrialMs = async () => Date.parse((await first()).buildTrialAt ?? '') - Date.now();
const trialIsDue = () =>
  world.test.database.write
    .updateTable('hosts')
    .set({ build_trial_at: Date.now() - 1 })
    .where('build_failures', '>', 0)
    .execute();
const findings = async () =>
  (await world.door.listFindings({})).findings.flatMap(({ kind, subject }) =>
    kind === 'host-build-failures' ? [subject] : [],
  );
const fedTrial = async () =>
  (await world.door.watchHosts({ cursor: null, waitMs: 0 })).hosts.find(({ name }) => name === 'host-1')?.onTrial;

it('a host that fails builds is tried again later with each failure, until one succeeds', async () => {
  expect(await first()).toMatchObject({ buildFailures: 0, buildTrialAt: null, onTrial: false });
  await aFailedBuild();
  expect(await first()).toMatchObject({ buildFailures: 1, onTrial: false });
  expect(await untilTrialMs()).toBeGreaterThan(TRIAL_AFTER_MS / 2);
  await aFailedBuild();
  expect(await first()).toMatchObject({ buildFailures: 2, onTrial: false });
  expect(await untilTrialMs()).toBeGreaterThan(TRIAL_AFTER_MS * 1.5);
  expect(await untilTrialMs()).toBeLessThanOrEqual(TRIAL_AFTER_MS * 2);

  await trialIsDue();
  expect(await first()).toMatchObject({ buildFailures: 2, onTrial: true });
  await world.anActiveInstance(0);
  expect(await first()).toMatchObject({ buildFailures: 0, buildTrialAt: null, onTrial: false });
});

it('an operator sees it until its trial, and can end it', async () => {
  await aFailedBuild();
  await waitUntil('the finding', async () => (await findings()).includes('host-1'));
  await trialIsDue();
  await waitUntil('no finding', async () => (await findings()).length === 0);

  await aFailedBuild();
  await waitUntil('the finding', async () => (await findings()).includes('host-1'));
  await world.door.updateService({ id: world.host(0).id, enabled: true });
  expect(await first()).toMatchObject({ buildFailures: 0, buildTrialAt: null, onTrial: false });
  await waitUntil('no finding', async () => (await findings()).length === 0);
});

it('schedulers learn of the trial when its time has come', async () => {
  await aFailedBuild();
  await world.test.database.write
    .updateTable('hosts')
    .set((eb) => ({ build_trial_at: Date.now() + 2_500, version: eb('version', '+', 1) }))
    .where('build_failures', '>', 0)
    .execute();
  await waitUntil('the feed to tell of the failure', async () => (await fedTrial()) === false);
  await waitUntil('the feed to tell of the trial', async () => (await fedTrial()) === true);
});
