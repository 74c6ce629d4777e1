import { bindings, type Binding } from './keys.ts';

/** Keys that were chosen instead of those that an action came with, by action. */
let chosen = $state.raw<Readonly<Record<string, readonly string[]>>>({});

export function chooseKeys(keys: Readonly<Record<string, readonly string[]>>): void {
  chosen = keys;
}

export const keysOf = ({ action, keys }: Binding): readonly string[] => chosen[action] ?? keys;

/** All bindings as they are now. */
export const presentBindings = (): readonly Binding[] =>
  bindings.map((binding) => ({ ...binding, keys: keysOf(binding) }));

/** What a key that an action came with is now; the same where nothing else was chosen. */
export function presentKey(key: string): string {
  const binding = bindings.find(
    ({ keys, handledBy }: Binding) => handledBy === undefined && keys.includes(key),
  );
  return binding && chosen[binding.action] ? (keysOf(binding)[0] ?? key) : key;
}
