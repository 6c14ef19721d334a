import { DEFAULT_SETTINGS, type SchedulingSettings } from '../scheduling-settings.ts';
import { buildFailure } from './build-failure.ts';
import { cpu } from './cpu.ts';
import { crossCell } from './cross-cell.ts';
import { disk } from './disk.ts';
import { hypervisorVersion } from './hypervisor-version.ts';
import { imageProperties } from './image-properties.ts';
import { ioOps } from './io-ops.ts';
import { metrics } from './metrics.ts';
import { numInstances } from './num-instances.ts';
import { pci } from './pci.ts';
import { ram } from './ram.ts';
import { softAffinity } from './soft-affinity.ts';
import { softAntiAffinity } from './soft-anti-affinity.ts';
import type { Weigher } from './weigher.ts';

export const weighersWith = (settings: SchedulingSettings): readonly Weigher[] => [
  ram,
  cpu,
  disk,
  hypervisorVersion,
  buildFailure,
  softAffinity,
  softAntiAffinity,
  ioOps,
  numInstances,
  imageProperties(settings.imageProperties),
  metrics(settings.metrics),
  crossCell,
  pci,
];

export const WEIGHERS = weighersWith(DEFAULT_SETTINGS);
