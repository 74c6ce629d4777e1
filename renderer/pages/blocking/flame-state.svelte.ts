import { callTree, nodeWithKey, pathKeys, pathTo, type CallTree } from '#common/flame-graph/call-tree.ts';
import { frameHits, nameTest, type FrameHits } from '#common/flame-graph/frame-search.ts';
import { topFunctions, type TopFunctions } from '#common/flame-graph/top-functions.ts';
import {
  calleesOf,
  callersOf,
  inverted,
  stacksOfProfiles,
  stacksThrough,
  withoutRecursion,
  type WeightedStacks,
} from '#common/flame-graph/weighted-stacks.ts';
import type { BlockingOptions } from './blocking-options.ts';

export interface StartFunction {
  readonly name: string;
  readonly ns: number;
}

const noStacks = stacksOfProfiles([], { weight: 'delay', count: 'contentions' });

/** What is drawn of some stacks as the address says: trees, hits, and what is selected in them. */
export class FlameState {
  readonly #stacks: () => WeightedStacks | undefined;
  /** One for each stay, as they came; only where they are few. */
  readonly #inOrder: () => WeightedStacks | undefined;
  readonly #options: () => BlockingOptions;
  /** The way to the box that was selected last; of a function that is selected there may be many. */
  #selectedKey = $state(0);

  constructor(
    stacks: () => WeightedStacks | undefined,
    inOrder: () => WeightedStacks | undefined,
    options: () => BlockingOptions,
  ) {
    this.#stacks = stacks;
    this.#inOrder = inOrder;
    this.#options = options;
  }

  readonly stacks = $derived.by(() => this.#stacks() ?? noStacks);
  readonly #folded = $derived.by(() => this.#options().folded);
  readonly #inverted = $derived.by(() => this.#options().inverted);
  readonly #find = $derived.by(() => this.#options().find);
  readonly #zoom = $derived.by(() => this.#options().zoom);

  readonly #shaped = $derived.by(() => (this.#folded ? withoutRecursion(this.stacks) : this.stacks));
  readonly #isTimed = $derived.by(() => this.#options().view === 'time' && this.#inOrder() !== undefined);
  readonly tree: CallTree = $derived.by(() => (this.#isTimed ? this.#timed() : this.#heaviestFirst()));
  readonly top: TopFunctions = $derived.by(() => topFunctions(this.stacks));

  readonly #test = $derived.by(() => nameTest(this.#find));
  readonly notUnderstood = $derived(this.#test === 'not understood');
  readonly hits = $derived.by(() => this.hitsIn(this.tree));
  /** Of all, 0 to 1. */
  readonly foundShare = $derived.by(() => {
    const whole = this.tree.totals[0]!;
    return this.hits && whole > 0 ? this.hits.weight / whole : 0;
  });

  readonly zoomed = $derived.by(() => this.#nodeOf(this.#zoom));

  /** The function that is looked at, by its place in the stacks' list; −1: none, or it is not in them. */
  readonly func = $derived.by(() => {
    const { func } = this.#options();
    return func === undefined ? -1 : this.stacks.functions.indexOf(func);
  });
  readonly selected = $derived.by(() => this.#selectedNode());
  /** Which stacks lead through the box that was selected; undefined: no box was, but a function. */
  readonly boxStacks = $derived.by(() => {
    if (this.#selectedKey === 0 || this.#isTimed || this.selected < 0) return undefined;
    if (this.#nodeOf(this.#selectedKey) !== this.selected) return undefined;
    const stacks = this.#inverted ? inverted(this.#shaped) : this.#shaped;
    return stacksThrough(stacks, pathTo(this.tree, this.selected));
  });
  readonly callers = $derived.by(() => callTree(callersOf(this.#shaped, this.func)));
  readonly callees = $derived.by(() => callTree(calleesOf(this.#shaped, this.func)));

  /** The outermost functions of stacks with the function that is looked at, those with the most time first. */
  readonly startFunctions = $derived.by((): readonly StartFunction[] => {
    const { functions, starts, frames, weights } = callersOf(this.stacks, this.func);
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it does not outlive this
    const sums = new Map<number, number>();
    for (let i = 0; i < weights.length; i++) {
      const outermost = frames[starts[i + 1]! - 1]!;
      sums.set(outermost, (sums.get(outermost) ?? 0) + weights[i]!);
    }
    return Array.from(sums, ([at, ns]) => ({ name: functions[at]!, ns })).sort((a, b) => b.ns - a.ns);
  });

  /** The function as a whole, not one box of it. */
  dropBox(): void {
    this.#selectedKey = 0;
  }

  hitsIn(tree: CallTree): FrameHits | undefined {
    const test = this.#test;
    return test === undefined || test === 'not understood' ? undefined : frameHits(tree, test);
  }

  /** Which box of the function's; undefined where the function does not say it. */
  select(node: number): string | undefined {
    this.#selectedKey = this.keyOf(node);
    const at = this.tree.functionOf[node] ?? -1;
    return at < 0 ? undefined : this.tree.functions[at];
  }

  /** What names a node in the address. In order of time the same way is gone again and again: there it is the node itself. */
  keyOf(node: number): number {
    if (node <= 0) return 0;
    return this.#isTimed ? node : pathKeys(this.tree)[node]!;
  }

  #nodeOf(key: number): number {
    if (key === 0) return 0;
    if (this.#isTimed) return key < this.tree.count ? key : 0;
    return nodeWithKey(this.tree, key);
  }

  #heaviestFirst(): CallTree {
    return callTree(this.#inverted ? inverted(this.#shaped) : this.#shaped);
  }

  #timed(): CallTree {
    const stacks = this.#inOrder() ?? noStacks;
    return callTree(this.#folded ? withoutRecursion(stacks) : stacks, 'time');
  }

  /** The box that was selected, else the function's largest. */
  #selectedNode(): number {
    const { tree } = this;
    const { func } = this.#options();
    const at = func === undefined ? -1 : tree.functions.indexOf(func);
    if (at < 0) return -1;
    const chosen = this.#nodeOf(this.#selectedKey);
    if (chosen > 0 && tree.functionOf[chosen] === at) return chosen;
    let largest = -1;
    for (let node = 1; node < tree.count; node++) {
      if (tree.functionOf[node] !== at) continue;
      if (largest < 0 || tree.totals[node]! > tree.totals[largest]!) largest = node;
    }
    return largest;
  }
}
