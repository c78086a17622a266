/** The local calendar date of a time, as `2026-11-28`; days of 23 or 25 hours are days like others. */
export function dayOf(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Noon of a local date, which exists on every day of every zone. */
export function noonOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
}

/** The first moment of a local date, in milliseconds since 1970 UTC. */
export function startOf(day: string): number {
  const noon = noonOf(day);
  return new Date(noon.getFullYear(), noon.getMonth(), noon.getDate()).getTime();
}

/** How many calendar days lie between two dates. */
export function daysBetween(from: string, to: string): number {
  return Math.round((noonOf(to).getTime() - noonOf(from).getTime()) / 86_400_000);
}

/** Milliseconds until the local date changes. */
export function untilMidnight(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - now;
}
