import type { GenerationFacts } from '#common/analyses/goroutine-results.ts';
import { generationId } from '#common/ids.ts';
import { bytes, traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';

export const generations = (reader: TraceReader): readonly GenerationFacts[] =>
  reader.generations().map(({ generation, startNs, untilNs, startByte, untilByte, events }) => ({
    generation: generationId(generation),
    startNs: traceNs(startNs),
    untilNs: traceNs(untilNs),
    startByte: bytes(startByte),
    untilByte: bytes(untilByte),
    events,
  }));
