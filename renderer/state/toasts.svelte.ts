export interface ToastText {
  readonly text: string;
  readonly tone: 'quiet' | 'danger';
}

/** How long one can read it: longer than it takes, and it goes by itself. */
const shownMs = 4000;

/** Short news of what was just done, one at a time. */
export class Toasts {
  shown = $state.raw<ToastText>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, tone: ToastText['tone'] = 'quiet'): void {
    clearTimeout(this.#timer);
    this.shown = { text, tone };
    this.#timer = setTimeout(() => (this.shown = undefined), shownMs);
  }
}
