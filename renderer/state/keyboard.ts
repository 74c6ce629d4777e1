import { presentBindings, presentKey } from './chosen-keys.svelte.ts';
import { bindingOf, keyCaps, pressedKey, type Action } from './keys.ts';

const mac = navigator.userAgent.includes('Mac OS');

/** For hints beside buttons: the key that the app came with stands for what is chosen instead. */
export const capsOf = (key: string): string => keyCaps(presentKey(key), mac);

/** As it is printed on this machine's keys. */
export const printedKey = (key: string): string => keyCaps(key, mac);

/** As it is named in bindings. */
export const keyOf = (event: KeyboardEvent): string => pressedKey(event, mac);

/** Brings keys to whoever can answer them now. Of several, who came last: a dialog before the page behind it. */
export class Keyboard {
  readonly #answers: { readonly action: Action; readonly act: () => void }[] = [];

  /** Returns how to stop. */
  on(action: Action, act: () => void): () => void {
    const answer = { action, act };
    this.#answers.push(answer);
    return () => void this.#answers.splice(this.#answers.indexOf(answer), 1);
  }

  /** Several at once, for a component's `$effect`. */
  onAll(answers: Partial<Record<Action, () => void>>): () => void {
    const stops = Object.entries(answers).map(([action, act]) => this.on(action as Action, act));
    return () => stops.forEach((stop) => stop());
  }

  /** Whether anybody answers it now. */
  canDo(action: Action): boolean {
    return this.#answers.some((answer) => answer.action === action);
  }

  perform(action: Action): void {
    this.#answers.findLast((answer) => answer.action === action)?.act();
  }

  readonly handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (isTyping(event.target) && !event.ctrlKey && !event.metaKey) return;
    const action = bindingOf(pressedKey(event, mac), presentBindings())?.action as Action | undefined;
    // A field takes back its own text.
    if (isTyping(event.target) && (action === 'undo' || action === 'redo')) return;
    const answer = this.#answers.findLast((candidate) => candidate.action === action);
    if (!answer) return;
    event.preventDefault();
    answer.act();
  };
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;
