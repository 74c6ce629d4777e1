// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text of the trace that can neither break a line nor steer the terminal. */
export const inert = (text: string): string => text.replace(control, ' ');
