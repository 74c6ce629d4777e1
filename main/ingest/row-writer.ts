import { packLooseEnds } from '#common/loose-ends.ts';
import { packStays, stayBytes, storedStays } from '#common/group-stays.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { Core } from '#core-wasm/host/core.ts';
import { longestRows, SpanSummer, stayRows } from '#core-wasm/host/span-scan.ts';
import { lateNamesIn, taskGainsIn, taskMembersIn } from '#core-wasm/host/summary-rows.ts';
import { TraceWriter, type LaneBlockRow, type SpanChunkRow } from '#db/writer.ts';

/**
 * The database's writer, which also takes rows as they lie in the core: many at once cross from thread to thread at no cost. It sums
 * up the spans that pass through it.
 */
export class RowWriter extends TraceWriter {
  readonly #spans = new SpanSummer(new Core());
  #generationEndNs = 0;

  constructor(path: string) {
    super(path);
    this.#spans.core.exports.selectWindow(-(2n ** 62n), 2n ** 62n);
    this.#beginSums();
  }

  #beginSums(): void {
    this.#spans.open({ stack: true, name: true }, { isToStore: true, longest: true });
    this.#spans.core.run((core) => core.openStays(storedStays, 1));
  }

  /** What tasks gained, and who took part in what. */
  tasks(gains: Uint8Array, originNs: bigint, members: Uint8Array): void {
    for (const gain of taskGainsIn(gains, originNs)) this.taskGain(gain);
    this.taskMembers(taskMembersIn(members));
  }

  /** Told before the goroutines that are alive are stored up to there. */
  generationEndsAt(ns: number): void {
    this.#generationEndNs = ns;
  }

  override spanChunk(row: SpanChunkRow): void {
    super.spanChunk(row);
    this.#spans.chunk(row.spans, row.baseNs, this.#generationEndNs);
  }

  override laneBlock(row: LaneBlockRow): void {
    super.laneBlock(row);
    if (row.kind === blockKinds.goroutine && row.level === 0)
      this.#spans.blocks(row.lane, row.data, row.startNs, this.#generationEndNs);
  }

  /** All spans of a generation are stored. `plain`, `longest`, `stays`: of plain lives (core-wasm/assembly/summary/plain-sums.ts). */
  sealSums(
    startNs: number,
    untilNs: number,
    plain: Uint8Array,
    longest: Uint8Array,
    stays: Uint8Array,
  ): void {
    const { core } = this.#spans;
    const lives = this.#spans.put(plain);
    core.run((exports) => exports.addPlainSums(lives, plain.length / plainBytes));
    const delays = this.#spans.put(longest);
    core.exports.addLongest(delays, longest.length / delayBytes);
    const longStays = this.#spans.put(stays);
    core.run((exports) => exports.addStays(longStays, stays.length / stayBytes));
    const address = core.run((exports) => exports.packSums()) >>> 0;
    const sums = new Uint8Array(core.memory.buffer, address, core.exports.packedSumsLength.value);
    const row = { startNs, untilNs, sums: sums.slice(), longest: longestRows(core).slice() };
    const groupStays = packStays(stayRows(core), startNs, core.exports.groupsLeftOut.value !== 0);
    this.spanSums({ ...row, groupStays });
    this.#beginSums();
  }

  endsAndNames(ends: Uint8Array, names: Uint8Array): void {
    if (ends.length > 0) this.looseEnds(packLooseEnds(ends));
    for (const [goroutine, name] of lateNamesIn(names)) this.lateName(goroutine, name);
  }
}

const plainBytes = 40;
const delayBytes = 32;
