import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

const isRoot = process.getuid?.() === 0;
const OPTIONS = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-q', '--no-install-recommends'];
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_ASIDE = `${POLICY}.before-volvox`;

/** Null when packages can be installed here without asking anybody; otherwise the reason in a sentence. */
export function whyNotInstallable() {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) {
    return 'This is not Debian, so it is not known how to install them here.';
  }
  if (isRoot || sudoWorks()) return null;
  return 'They cannot be installed now: this is not root, and sudo asks for a password.';
}

export function sudoWorks() {
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const installCommand = (packages) =>
  `${isRoot ? '' : 'sudo '}apt-get install --no-install-recommends ${packages.join(' ')}`;

/** Installs the packages; their services are not started, neither now nor by the installation. @throws with apt's last lines. */
export async function installPackages(packages, progress) {
  await asRoot('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', 'update']);
  progress.say('package lists updated');
  const undo = await forbidServices();
  try {
    await asRoot('apt-get', [...OPTIONS, 'install', ...packages], { DEBIAN_FRONTEND: 'noninteractive' });
  } finally {
    await undo();
  }
  progress.say('packages installed');
}

/** While a policy-rc.d says 101, Debian's packages start no service. @returns what puts things back as they were. */
async function forbidServices() {
  const moved = existsSync(POLICY) && !existsSync(POLICY_ASIDE);
  if (moved) await asRoot('mv', [POLICY, POLICY_ASIDE]);
  await asRoot('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`]);
  return async () => {
    if (existsSync(POLICY_ASIDE)) await asRoot('mv', [POLICY_ASIDE, POLICY]);
    else await asRoot('rm', ['-f', POLICY]);
  };
}

function asRoot(command, args, environment = {}) {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const whole = ['env', ...assignments, command, ...args];
  return isRoot ? run(whole[0], whole.slice(1)) : run('sudo', ['-n', ...whole]);
}
