/**
 * Points in time as Go prints them (RFC 3339), for any number of seconds: JavaScript's dates end in the year 275760, and a
 * damaged trace may say anything. Source: package time of Go 1.27.
 */
const perSecond = 1_000_000_000n;
const perDay = 86_400n;
/** Days of 400 years, after which the calendar begins anew. */
const cycleDays = 146_097n;
/** Go counts days without sign from the first of March of this year on; what is earlier wraps around. */
const firstYear = -292_277_022_400n;
/** From the first of March of year 0 to the first of January 1970. */
const daysBefore1970 = 719_468n;
const firstSecond = ((firstYear / 400n) * cycleDays - daysBefore1970) * perDay;
/** The last second of JavaScript's calendar. */
const lastDate = 8_640_000_000_000n;

/** In the local time zone, the fraction without trailing zeros. Both numbers are 64 bits wide, taken as signed. */
export function wallTime(seconds: bigint, nanoseconds: bigint): string {
  const ns = BigInt.asIntN(64, nanoseconds);
  const rest = ((ns % perSecond) + perSecond) % perSecond;
  const unix = BigInt.asIntN(64, seconds + (ns - rest) / perSecond);
  const offset = offsetMinutes(unix);
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${clock(unix + BigInt(offset * 60))}${fraction}${offset === 0 ? 'Z' : zone}`;
}

/** `2026-11-20T15:04:05` */
function clock(local: bigint): string {
  const since = BigInt.asUintN(64, local - firstSecond);
  const day = since / perDay;
  const second = Number(since % perDay);
  const inCycle = Number(day % cycleDays);
  const { years, month, dayOfMonth } = dateIn(inCycle);
  const year = firstYear + (day / cycleDays) * 400n + BigInt(years);
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return `${fourDigits(year)}-${two(month)}-${two(dayOfMonth)}T${time.map(two).join(':')}`;
}

/** The date that lies `days` after the first of March of a year that can be divided by 400. */
function dateIn(days: number): { years: number; month: number; dayOfMonth: number } {
  const years = Math.floor(
    (days - Math.floor(days / 1460) + Math.floor(days / 36524) - Math.floor(days / 146096)) / 365,
  );
  const inYear = days - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const dayOfMonth = inYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { years: years + (month <= 2 ? 1 : 0), month, dayOfMonth };
}

/** East of Greenwich. Beyond JavaScript's calendar that of its end. */
function offsetMinutes(unix: bigint): number {
  const near = unix > lastDate ? lastDate : unix < -lastDate ? -lastDate : unix;
  const minutes = -new Date(Number(near) * 1000).getTimezoneOffset();
  return Number.isNaN(minutes) ? 0 : minutes;
}

const two = (value: number): string => String(value).padStart(2, '0');

const fourDigits = (year: bigint): string =>
  year < 0n ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
