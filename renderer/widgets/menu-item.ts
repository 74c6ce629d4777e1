import type { IconName } from './icons.ts';

export interface MenuItem {
  /** Unique in its menu. */
  readonly label: string;
  readonly act: () => void;
  readonly icon?: IconName;
  readonly key?: string;
  /** A figure beside it. */
  readonly note?: string;
  /** Where it is switched on and off. */
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
}
