/** How one likes the app: kept in the browser's (or the desktop app's) own storage, the same for all traces. */
import { chooseKeys } from './chosen-keys.svelte.ts';
import { durationUnits, writeDurations, type DurationUnits } from './duration-units.svelte.ts';

export const textSizes = [90, 100, 110, 125] as const;
export type TextSize = (typeof textSizes)[number];

export interface PreferenceValues {
  /** Per cent; what stands on canvases keeps its size. For more there is the zoom of the window. */
  readonly textSize: TextSize;
  /** `reduced`: nothing moves by itself, also where the system does not ask for it. */
  readonly motion: 'full' | 'reduced';
  /** How durations are written: three digits in the unit that fits, or whole nanoseconds. */
  readonly durations: DurationUnits;
  /** Columns that are left out, by table. */
  readonly hiddenColumns: Readonly<Record<string, readonly string[]>>;
  /** Keys other than those they came with, by action. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

const plain: PreferenceValues = {
  textSize: 100,
  motion: 'full',
  durations: 'adaptive',
  hiddenColumns: {},
  keys: {},
};
const storageKey = 'gopherscope.preferences';

export class Preferences {
  #values = $state.raw<PreferenceValues>(plain);
  readonly #root: HTMLElement;
  readonly #storage: Storage;

  /** `root`: the element that sizes and motion hang on. */
  constructor(root: HTMLElement, storage: Storage) {
    this.#root = root;
    this.#storage = storage;
    this.#values = readFrom(storage);
    this.#apply();
  }

  get values(): PreferenceValues {
    return this.#values;
  }

  set(change: Partial<PreferenceValues>): void {
    this.#values = { ...this.#values, ...change };
    this.#storage.setItem(storageKey, JSON.stringify(this.#values));
    this.#apply();
  }

  /** As the app came. */
  reset(): void {
    this.#values = plain;
    this.#storage.removeItem(storageKey);
    this.#apply();
  }

  /** At once and not in an effect, so that nothing is drawn the old way first. */
  #apply(): void {
    const { textSize, motion, durations, keys } = this.#values;
    this.#root.style.fontSize = textSize === 100 ? '' : `${textSize}%`;
    this.#root.dataset['motion'] = motion;
    writeDurations(durations);
    chooseKeys(keys);
  }

  hiddenColumns<Id extends string>(table: string, atFirst: readonly Id[]): readonly Id[] {
    return (this.#values.hiddenColumns[table] as readonly Id[] | undefined) ?? atFirst;
  }

  hideColumns(table: string, hidden: readonly string[]): void {
    this.set({ hiddenColumns: { ...this.#values.hiddenColumns, [table]: hidden } });
  }
}

/** What cannot be understood is as the app came. */
function readFrom(storage: Storage): PreferenceValues {
  const stored = parsed(storage.getItem(storageKey));
  const lists = (value: unknown): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries(
      Object.entries(recordOf(value)).filter((entry): entry is [string, string[]] => isTexts(entry[1])),
    );
  return {
    textSize: textSizes.find((size) => size === stored['textSize']) ?? plain.textSize,
    motion: stored['motion'] === 'reduced' ? 'reduced' : plain.motion,
    durations: durationUnits.find((units) => units === stored['durations']) ?? plain.durations,
    hiddenColumns: lists(stored['hiddenColumns']),
    keys: lists(stored['keys']),
  };
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}
