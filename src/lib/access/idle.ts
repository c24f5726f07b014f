/** A session ends after so long without its person doing anything (polling and live feeds do not count). */
export const idleMinutes = 30;
