/** How each analysis of the registry is printed. */
import type { AnalysisName } from '#common/analyses/registry.ts';
import type { Presentation } from '../presentation.ts';
import { goroutines } from './goroutines.ts';
import { regions } from './regions.ts';
import { tasks } from './tasks.ts';

export const presentations: { readonly [N in AnalysisName]: Presentation<N> } = {
  goroutines,
  regions,
  tasks,
};
