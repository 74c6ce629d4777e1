/** Gives a page's main part the focus, so that keys go on working when the part that had it is gone. */
export function takeFocus(element: HTMLElement): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) element.focus({ preventScroll: true });
}
