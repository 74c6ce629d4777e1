const day = 86_400_000;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dateWithYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

/** `Today, 09:31`, `Yesterday, 18:02`, `Wednesday`, `12 Nov`, `3 Nov 2024`: as exact as one remembers. */
export function dayText(time: number, now: number): string {
  // Rounded, since a day on which the clocks change is not 24 hours long.
  const days = Math.round((midnight(now) - midnight(time)) / day);
  if (days <= 0) return `Today, ${clock.format(time)}`;
  if (days === 1) return `Yesterday, ${clock.format(time)}`;
  if (days < 7) return weekday.format(time);
  return new Date(time).getFullYear() === new Date(now).getFullYear()
    ? date.format(time)
    : dateWithYear.format(time);
}
