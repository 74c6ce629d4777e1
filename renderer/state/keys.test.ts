import { describe, expect, it } from 'vitest';
import { bindingOf, bindings, duplicates, keyCaps, pressedKey, type Binding, type Pressed } from './keys.ts';

const pressed = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]): Pressed => ({
  key,
  ctrlKey: held.includes('ctrlKey'),
  metaKey: held.includes('metaKey'),
  altKey: held.includes('altKey'),
  shiftKey: held.includes('shiftKey'),
});

describe('the registry', () => {
  it('gives no key two meanings in one place', () => expect(duplicates(bindings)).toEqual([]));

  it('would notice a key that is given twice', () => {
    const twice: Binding = {
      action: 'other',
      title: 'Other',
      keys: ['I'],
      section: 'Tables',
      handledBy: 'table',
    };
    expect(duplicates([...bindings, twice])).toEqual(['I: panel, other']);
  });

  it('names every action once', () => {
    const actions = bindings.map(({ action }) => action);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it('uses no key that a browser keeps for itself', () => {
    const keys = bindings.flatMap(({ keys }: Binding) => keys);
    for (const kept of ['Ctrl W', 'Ctrl T', 'Ctrl N', 'Ctrl Shift C']) expect(keys).not.toContain(kept);
  });
});

describe('a pressed key', () => {
  it('is named as bindings write it', () => {
    expect(pressedKey(pressed('z', 'ctrlKey'))).toBe('Ctrl Z');
    expect(pressedKey(pressed('Z', 'ctrlKey', 'shiftKey'))).toBe('Ctrl Shift Z');
    expect(pressedKey(pressed('w'))).toBe('W');
    expect(pressedKey(pressed('Escape'))).toBe('Escape');
  });

  it('is the same sign on every keyboard, whether it needs Shift or not', () => {
    expect(pressedKey(pressed('?', 'shiftKey'))).toBe('?');
    expect(bindingOf(pressedKey(pressed('?')))?.action).toBe('keys');
  });

  it('is the sign that AltGr makes of it', () => {
    expect(pressedKey(pressed('[', 'ctrlKey', 'altKey'))).toBe('[');
    expect(pressedKey(pressed('ArrowUp', 'altKey'))).toBe('Alt ArrowUp');
  });

  it('takes Command for Ctrl on macOS', () => {
    expect(pressedKey(pressed('f', 'metaKey'), true)).toBe('Ctrl F');
    expect(keyCaps('Ctrl Shift Z', true)).toBe('⌘ Shift Z');
  });

  it('leaves keys to the part that has the focus', () => expect(bindingOf('ArrowUp')).toBeUndefined());
});
