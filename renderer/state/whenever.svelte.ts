import { untrack } from 'svelte';

/** Runs `act` at first and whenever what `watched` reads changes. What `act` reads does not count. */
export function whenever<T>(watched: () => T, act: (value: T) => void): void {
  $effect(() => {
    const value = watched();
    untrack(() => act(value));
  });
}
