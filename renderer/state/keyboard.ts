import { bindingOf, keyCaps, pressedKey, type Action } from './keys.ts';

const mac = navigator.userAgent.includes('Mac OS');

/** For hints beside buttons. */
export const capsOf = (key: string): string => keyCaps(key, mac);

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

  readonly handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (isTyping(event.target) && !event.ctrlKey && !event.metaKey) return;
    const action = bindingOf(pressedKey(event, mac))?.action;
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
