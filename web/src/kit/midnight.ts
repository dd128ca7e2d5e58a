/**
 * The time at which a day begins in the browser's zone, or one some days later, in ISO 8601.
 *
 * @param day as `YYYY-MM-DD`, which is how a field for dates has it.
 */
export function midnight(day: string, daysLater = 0): string {
  const time = new Date(`${day}T00:00`);
  time.setDate(time.getDate() + daysLater);
  return time.toISOString();
}
