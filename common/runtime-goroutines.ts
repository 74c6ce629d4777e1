/** The runtime's own goroutines, and its tracer's, idle and work as they must; what keeps them waiting says nothing about the program. */
export const isRuntimeOwn = (startFunction: string): boolean =>
  /^runtime(\/trace)?\./.test(startFunction) && startFunction !== 'runtime.main';
