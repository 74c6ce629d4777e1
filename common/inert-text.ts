/** Control characters, breaks of lines, and what turns the direction of writing or is not seen at all. */
const steering =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** A text of the trace that can neither break a line nor steer the terminal. */
export const inert = (text: string): string => text.replace(steering, ' ');
