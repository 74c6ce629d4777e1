/** How each analysis of the registry is printed. */
import type { AnalysisName } from '#common/analyses/registry.ts';
import type { Presentation } from '../presentation.ts';
import { gc } from './gc.ts';
import { goroutines } from './goroutines.ts';
import { mmu } from './mmu.ts';

export const presentations: { readonly [N in AnalysisName]: Presentation<N> } = {
  goroutines,
  gc,
  mmu,
};
