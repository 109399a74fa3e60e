/** Months since the year 0, so that months of different years can be subtracted. */
export function monthOf(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first day of a month that is counted by {@linkcode monthOf}. */
export function monthDate(month: number): Date {
  return new Date(Date.UTC(1970, month - 1970 * 12));
}

/** Whether dates stand for their months: all at one time of one day of the month, or of the last where a month is shorter. */
export function areMonths(dates: readonly Date[]): boolean {
  const day = dates.reduce((latest, date) => Math.max(latest, date.getUTCDate()), 1);
  const timeOfDay = (date: Date) => date.toISOString().slice(11);
  return dates.every((date) => {
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    return date.getUTCDate() === Math.min(day, last) && timeOfDay(date) === timeOfDay(dates[0]);
  });
}
