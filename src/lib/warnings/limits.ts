/** Longest texts people give at the desk, in characters. */
export const noteLimit = 2_000;
/** It stands in the list. */
export const snoozeReasonLimit = 200;
export const incidentTitleLimit = 60;
export const viewNameLimit = 20;

/** How many views a person keeps. */
export const viewLimit = 20;

/** Longest snooze, in days: it has an end, so that nothing is hidden forever. */
export const snoozeLimitDays = 90;
