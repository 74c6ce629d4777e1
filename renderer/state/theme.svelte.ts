export const themeSettings = ['system', 'light', 'dark'] as const;
export type ThemeSetting = (typeof themeSettings)[number];

const storageKey = 'gopherscope.theme';
const isSetting = (value: unknown): value is ThemeSetting => themeSettings.some((known) => known === value);

/** Light or dark: as the system has it, unless one is chosen. */
export class Theme {
  setting = $state<ThemeSetting>('system');
  #systemIsDark = $state(false);
  readonly shown = $derived(
    this.setting === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.setting,
  );
  readonly #root: HTMLElement;
  readonly #storage: Storage;

  constructor(root: HTMLElement, storage: Storage, system: MediaQueryList) {
    this.#root = root;
    this.#storage = storage;
    const stored = storage.getItem(storageKey);
    this.setting = isSetting(stored) ? stored : 'system';
    this.#systemIsDark = system.matches;
    system.addEventListener('change', ({ matches }) => {
      this.#systemIsDark = matches;
      this.#apply();
    });
    this.#apply();
  }

  choose(setting: ThemeSetting): void {
    this.setting = setting;
    this.#storage.setItem(storageKey, setting);
    this.#apply();
  }

  next(): void {
    const at = themeSettings.indexOf(this.setting);
    this.choose(themeSettings[(at + 1) % themeSettings.length]!);
  }

  /** At once and not in an effect: canvases read the colours while they are drawn. */
  #apply(): void {
    this.#root.dataset['theme'] = this.shown;
  }
}
