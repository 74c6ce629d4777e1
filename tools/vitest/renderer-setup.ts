/** happy-dom has no animations: Svelte's transitions then end at once. */
Element.prototype.animate = function animate(): Animation {
  const animation = {
    cancel: () => undefined,
    finished: Promise.resolve(),
    onfinish: null as (() => void) | null,
  };
  queueMicrotask(() => animation.onfinish?.());
  return animation as unknown as Animation;
};
