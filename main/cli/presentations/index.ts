/** How each analysis of the registry is printed. */
import type { AnalysisName } from '#common/analyses/registry.ts';
import type { Presentation } from '../presentation.ts';
import { counters } from './counters.ts';
import { gc } from './gc.ts';
import { goroutines } from './goroutines.ts';
import { mmu } from './mmu.ts';
import { profile } from './profile.ts';
import { regions } from './regions.ts';
import { samples } from './samples.ts';
import { scheduler } from './scheduler.ts';
import { tasks } from './tasks.ts';
import { wall } from './wall.ts';

export const presentations: { readonly [N in AnalysisName]: Presentation<N> } = {
  goroutines,
  profile,
  wall,
  tasks,
  regions,
  gc,
  mmu,
  counters,
  scheduler,
  samples,
};
